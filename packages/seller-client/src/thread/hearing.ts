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
import type { RelayPool, Timers } from "@intentcast/relay-client";
import type { Background } from "../background.ts";
import { type Log, logFailure } from "../log.ts";
import type { Attending } from "./attending.ts";
import type { InTurn } from "./in-turn.ts";
import type { Ledger } from "./ledger.ts";
import { Mailroom } from "./mailroom.ts";
import type { Voice } from "./voice.ts";

/** Codes with which an award is refused that would have been good some time before. */
const tooLate: ReadonlySet<string> = new Set(["offer-expired", "award-late"]);

/** Messages of one thread that may wait for one before them. */
const mostHeld = 16;

/** Letters that could not be written down wait so long for another try, and so many of them at most; more are read at the next start. */
const retryAfterMs = 5_000;
const mostWaiting = 256;

export type HearingPorts = {
  /** All mailboxes follow from it. */
  readonly seed: Uint8Array;
  readonly equation: VerifyEquation | undefined;
  readonly pool: RelayPool;
  readonly clock: Clock;
  readonly timers: Timers;
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
  /** By thread: messages that answer one that has not come yet. */
  readonly #held = new Map<string, readonly Private[]>();
  /** How to stop waiting for another try, for each letter that has to be heard again. */
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(ports: HearingPorts) {
    this.#ports = ports;
    this.#mailroom = new Mailroom(ports.pool, {
      mail: (sealed, mailbox) => ports.background.run(this.#receive(sealed, mailbox)),
      failed: (error) => logFailure(ports.log, "mail-unread", error),
    });
  }

  /** Begins to hear the buyer of a thread. To be called before our first offer in it goes out. */
  listen(thread: Id): void {
    const mailbox = threadMailbox(this.#ports.seed, thread);
    this.#threadByMailbox.set(toHex(mailbox.signer.publicKey), toHex(thread));
    this.#mailroom.listen(mailbox);
  }

  /** Hears a letter. Where that fails, as on a full disk, it is heard again later. */
  async #receive(sealed: Sealed, mailbox: MailboxKeys): Promise<void> {
    const { timers, background, log } = this.#ports;
    try {
      await this.#hear(sealed, mailbox);
    } catch (error) {
      logFailure(log, "mail-not-taken", error);
      if (this.#isClosed || this.#waiting.size >= mostWaiting) return;
      const cancel = timers(retryAfterMs, () => {
        this.#waiting.delete(cancel);
        void background.run(this.#receive(sealed, mailbox));
      });
      this.#waiting.add(cancel);
    }
  }

  async #hear(sealed: Sealed, mailbox: MailboxKeys): Promise<void> {
    const { inTurn, equation, log } = this.#ports;
    const key = this.#threadByMailbox.get(toHex(sealed.to));
    if (key === undefined) return;
    await inTurn(key, async () => {
      const opened = await openSealed(sealed, mailbox, equation);
      if (opened.ok) return this.#take(key, opened.value);
      const { stage, code } = opened.error;
      log("warn", "mail-refused", { thread: key.slice(0, 8), stage, code });
    });
  }

  /** Takes a message, and then those that waited for it: what goes by several relays can overtake. */
  async #take(key: string, message: Private): Promise<void> {
    const { ledger } = this.#ports;
    // Another process may have spoken in this thread since: what it said is answered too.
    await ledger.refresh();
    if (await this.#takeNow(key, message)) await this.#takeHeld(key);
  }

  async #takeHeld(key: string): Promise<void> {
    const held = this.#held.get(key) ?? [];
    this.#held.delete(key);
    for (const message of held) await this.#take(key, message);
  }

  /** Whether the deal has taken the message. */
  async #takeNow(key: string, message: Private): Promise<boolean> {
    const { ledger, clock, log, voice, attending } = this.#ports;
    const deal = ledger.thread(key)?.deal;
    if (deal === undefined || findMessage(deal, message.id) !== undefined) return false;
    const at = clock();
    const facts = { thread: key.slice(0, 8), kind: message.kind };
    const next = advance(deal, message, at);
    if (!next.ok && next.error.code === "prev-unknown" && this.#hold(key, message)) return false;
    if (!next.ok) {
      const { stage, code } = next.error;
      log("warn", "message-refused", { ...facts, stage, code });
      // A buyer whose award comes too late is told, instead of waiting for an order.
      if (message.kind === "award" && tooLate.has(code)) {
        await voice.decline(deal, { decline: "expired" });
      }
      return false;
    }
    const recorded = await ledger.record({ type: "heard", message, at }, `heard/${toHex(message.id)}`);
    if (!recorded.ok) return false;
    log("info", "heard", facts);
    attending.tell(key, message);
    await attending.attend(key);
    return true;
  }

  /** Keeps a message for when the one that it answers has come; false when too many wait already. */
  #hold(key: string, message: Private): boolean {
    const held = this.#held.get(key) ?? [];
    if (held.length >= mostHeld) return false;
    this.#held.set(key, [...held, message]);
    return true;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#waiting) cancel();
    return this.#mailroom.close();
  }
}
