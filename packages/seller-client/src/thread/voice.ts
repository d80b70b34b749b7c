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
  shortHex,
  threadMailbox,
  toHex,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import type { OrderDetails, ReceiptDetails, Refusal, UpdateDetails } from "../answering.ts";
import type { Log } from "../log.ts";
import type { OfferDraft } from "../offer-draft.ts";
import type { Event } from "./entry.ts";
import {
  answerKeys,
  declineFields,
  type Fields,
  noteFields,
  offerFields,
  offerKey,
  orderFields,
  receiptFields,
  refusalKey,
  updateFields,
} from "./fields.ts";
import { graceSeconds, keepSeconds, type Ledger } from "./ledger.ts";
import type { Outbox } from "./outbox.ts";

export type VoicePorts = {
  readonly signer: Signer;
  /** Who speaks, and where the answers go. */
  readonly seed: Uint8Array;
  readonly name: string;
  readonly domain: string | undefined;
  readonly relays: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly log: Log;
};

/**
 * Each of its words resolves to false when the deal had been given that answer already, here or in another process;
 * and throws an IntentcastError of stage validate or advance where the message is none or has no place in the deal.
 */
export class Voice {
  readonly #ports: VoicePorts;

  constructor(ports: VoicePorts) {
    this.#ports = ports;
  }

  async offer(deal: Deal, draft: OfferDraft): Promise<boolean> {
    const { seed, name, domain, relays, clock, log } = this.#ports;
    const { signer, key } = threadMailbox(seed, deal.intent.id);
    const reply = { mailbox: signer.publicKey, key, relays: [...relays] };
    const offeror = { seller: name, ...(domain !== undefined && { domain }), reply };
    const fields = offerFields(deal, draft, offeror, clock());
    const spoke = await this.#speak(deal, "offer", fields, offerKey(deal));
    const { total, currency } = fields;
    if (spoke) log("info", "offered", { thread: shortHex(deal.intent.id), total, currency });
    return spoke;
  }

  order(deal: Deal, details: OrderDetails): Promise<boolean> {
    const number = toHex(this.#ports.random(5)).toUpperCase();
    return this.#speak(deal, "order", orderFields(deal, details, number), answerKeys.award(deal));
  }

  receipt(deal: Deal, details: ReceiptDetails): Promise<boolean> {
    const fields = receiptFields(deal, details, this.#ports.clock());
    return this.#speak(deal, "receipt", fields, answerKeys.receipt(deal));
  }

  decline(deal: Deal, refusal: Refusal): Promise<boolean> {
    return this.#speak(deal, "decline", declineFields(deal, refusal), refusalKey(deal));
  }

  note(deal: Deal, text: string): Promise<boolean> {
    return this.#speak(deal, "note", noteFields(deal, text), undefined);
  }

  update(deal: Deal, update: UpdateDetails): Promise<boolean> {
    return this.#speak(deal, "update", updateFields(deal, update), undefined);
  }

  async #speak<K extends SealedKind>(
    deal: Deal,
    kind: K,
    fields: Fields<K>,
    key: string | undefined,
  ): Promise<boolean> {
    const { clock, random, ledger, outbox, signer, log } = this.#ports;
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
    log("info", "said", { thread: shortHex(deal.intent.id), kind });
    return true;
  }
}

/** Until when relays keep the envelope: an offer's for as long as it is firm and a little longer. */
const endOf = (message: Private, at: number): number =>
  Math.min(
    message.kind === "offer" ? message.body.expires + graceSeconds : at + keepSeconds,
    at + keepSeconds,
  );
