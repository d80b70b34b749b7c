/** Keeps copies in a buyer's own mailbox, from which another machine recovers with the words alone. */
import {
  equalBytes,
  type Private,
  type Sealed,
  type Signed,
  sealCopy,
  sealMessage,
  toHex,
} from "@intentcast/protocol";
import type { Acceptance } from "@intentcast/relay-client";
import { copiesDue } from "./copies.ts";
import { longestKept } from "./numbering.ts";
import { isPassing } from "./passing.ts";
import type { Ports } from "./ports.ts";

export class Keeping {
  readonly #ports: Ports;
  /** Ids in hex of messages whose copies are on their way, or will not be taken. */
  readonly #underway = new Set<string>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * Makes the copies of a thread that are due: of the intent, of all that we say, and of all of a deal that was awarded.
   * Resolves when they are on their way.
   */
  async keep(id: string): Promise<void> {
    const { book, clock, keys, random, chores, stores } = this.#ports;
    const thread = book.thread(id);
    const ours = keys(thread.index);
    const issued = clock();
    const due = copiesDue(thread, book.wallet, issued, (holder) => stores.isGone(holder)).filter(
      (one) => !this.#underway.has(toHex(one.id)),
    );
    for (const one of due) this.#underway.add(toHex(one.id));
    const lifetime = { issued, expires: issued + longestKept };
    const { mailbox } = ours;
    const seal = (message: Signed): Promise<Sealed> =>
      equalBytes(message.author, ours.signer.publicKey)
        ? sealCopy(message, ours, lifetime, random)
        : sealMessage(
            message as Private,
            { mailbox: mailbox.signer.publicKey, key: mailbox.key },
            lifetime,
            random,
          );
    const copies = await Promise.all(due.map(async (one) => ({ id: one.id, copy: await seal(one) })));
    for (const one of copies) chores.inBackground(this.#post(id, one.id, one.copy));
  }

  async #post(thread: string, id: Uint8Array, copy: Sealed): Promise<void> {
    const { channels, relays, book, clock, chores, log, stores } = this.#ports;
    try {
      const { accepted } = await channels.publish(thread, copy.bytes, { relays, signal: chores.signal });
      const { relay, store } = accepted[0] as Acceptance;
      const holder = { relay, store };
      await book.record({ kind: "kept", at: clock(), id, holder });
      this.#underway.delete(toHex(id));
      // The relay may have come back with another store before this was written down.
      if (stores.isGone(holder)) chores.inBackground(this.keep(thread));
    } catch (error) {
      if (chores.signal.aborted) return;
      log("copy-failed", { thread, reason: String(error) });
      if (!isPassing(error)) return;
      this.#underway.delete(toHex(id));
      chores.retry(() => this.keep(thread));
    }
  }
}
