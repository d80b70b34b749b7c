/** How a seller speaks in its threads: checked by the deal, signed, sealed, written down, and only then sent. */
import {
  advance,
  type Body,
  type Clock,
  type Deal,
  IntentcastError,
  type Private,
  type Random,
  type Reject,
  type Result,
  type SealedKind,
  type Signer,
  sealMessage,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import type { Event } from "./entry.ts";
import type { Fields } from "./fields.ts";
import { graceSeconds, keepSeconds, type Ledger } from "./ledger.ts";
import type { Outbox } from "./outbox.ts";

export type VoicePorts = {
  readonly signer: Signer;
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
};

export class Voice {
  readonly #ports: VoicePorts;

  constructor(ports: VoicePorts) {
    this.#ports = ports;
  }

  /**
   * Says one thing in a deal. False when it had been answered under this key already, here or in another process.
   * Throws an IntentcastError of stage validate or advance where the message is none or has no place in the deal.
   */
  async speak<K extends SealedKind>(
    deal: Deal,
    kind: K,
    fields: Fields<K>,
    key: string | undefined,
  ): Promise<boolean> {
    const { clock, random, ledger, outbox, signer } = this.#ports;
    const at = clock();
    const { reply } = deal.intent.body;
    const head = { nonce: random(16), issued: at, thread: deal.intent.id, to: reply.mailbox };
    // A generic body is not seen to be whole by the compiler; writeMessage validates it.
    const body = { ...fields, ...head } as unknown as Body<K>;
    const message = unwrap(writeMessage(kind, body, signer) as unknown as Result<Private, Reject>);
    unwrap(advance(deal, message, at));
    const sealed = await sealMessage(message, reply, { issued: at, expires: endOf(message, at) }, random);
    const post = { sealed, relays: reply.relays ?? [] };
    const event: Event =
      deal.phase === "open" && message.kind === "offer"
        ? { type: "answered", intent: deal.intent, message, post, at }
        : { type: "said", message, post, at };
    const recorded = await ledger.record(event, key);
    if (!recorded.ok && recorded.error.code === "journal-conflict") return false;
    if (!recorded.ok) throw new IntentcastError(recorded.error);
    outbox.send(post);
    return true;
  }
}

/** Until when relays keep the envelope: an offer's for as long as it is firm and a little longer. */
const endOf = (message: Private, at: number): number =>
  Math.min(
    message.kind === "offer" ? message.body.expires + graceSeconds : at + keepSeconds,
    at + keepSeconds,
  );
