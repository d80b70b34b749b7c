/** Mail in, deals advanced: opens what buyers write to our threads, and writes it down before it is acted upon. */
import {
  advance,
  type Clock,
  findMessage,
  type Id,
  type MailboxKeys,
  openSealed,
  type Private,
  type Sealed,
  threadMailbox,
  toHex,
  type VerifyEquation,
} from "@intentcast/protocol";
import type { RelayPool } from "@intentcast/relay-client";
import type { Background } from "../background.ts";
import { type Log, logFailure } from "../log.ts";
import type { Attending } from "./attending.ts";
import type { InTurn } from "./in-turn.ts";
import type { Ledger } from "./ledger.ts";
import { Mailroom } from "./mailroom.ts";
import type { Voice } from "./voice.ts";

/** Codes with which an award is refused that would have been good some time before. */
const tooLate: ReadonlySet<string> = new Set(["offer-expired", "award-late"]);

export type HearingPorts = {
  /** All mailboxes follow from it. */
  readonly seed: Uint8Array;
  readonly equation: VerifyEquation | undefined;
  readonly pool: RelayPool;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly voice: Voice;
  readonly attending: Attending;
  readonly inTurn: InTurn;
  readonly background: Background;
  readonly log: Log;
};

export class Hearing {
  readonly #ports: HearingPorts;
  readonly #mailroom: Mailroom;
  /** The key of a thread by its mailbox, both in hex. */
  readonly #threadByMailbox = new Map<string, string>();

  constructor(ports: HearingPorts) {
    this.#ports = ports;
    this.#mailroom = new Mailroom(ports.pool, {
      mail: (sealed, mailbox) => ports.background.run(this.#hear(sealed, mailbox)),
      failed: (error) => logFailure(ports.log, "mail-unread", error),
    });
  }

  /** Begins to hear the buyer of a thread. To be called before our first offer in it goes out. */
  listen(thread: Id): void {
    const mailbox = threadMailbox(this.#ports.seed, thread);
    this.#threadByMailbox.set(toHex(mailbox.signer.publicKey), toHex(thread));
    this.#mailroom.listen(mailbox);
  }

  async #hear(sealed: Sealed, mailbox: MailboxKeys): Promise<void> {
    const { inTurn, equation, log } = this.#ports;
    const key = this.#threadByMailbox.get(toHex(sealed.to));
    if (key === undefined) return;
    await inTurn(key, async () => {
      const opened = await openSealed(sealed, mailbox, equation);
      if (opened.ok) return this.#take(key, opened.value);
      log("warn", "mail-refused", { thread: key.slice(0, 8), code: opened.error.code });
    });
  }

  async #take(key: string, message: Private): Promise<void> {
    const { ledger, clock, log, voice, attending } = this.#ports;
    const deal = ledger.thread(key)?.deal;
    if (deal === undefined || findMessage(deal, message.id) !== undefined) return;
    const at = clock();
    const facts = { thread: key.slice(0, 8), kind: message.kind };
    const next = advance(deal, message, at);
    if (!next.ok) {
      log("warn", "message-refused", { ...facts, code: next.error.code });
      // A buyer whose award comes too late is told, instead of waiting for an order.
      if (message.kind === "award" && tooLate.has(next.error.code)) {
        await voice.decline(deal, { decline: "expired" });
      }
      return;
    }
    const recorded = await ledger.record({ type: "heard", message, at }, `heard/${toHex(message.id)}`);
    if (!recorded.ok) return;
    log("info", "heard", facts);
    attending.tell(key, message);
    await attending.attend(key);
  }

  close(): Promise<void> {
    return this.#mailroom.close();
  }
}
