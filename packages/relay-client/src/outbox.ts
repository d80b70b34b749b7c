/** What one relay is still to be told: messages waiting to be sent, and those sent but not yet answered. */
import type { Id } from "@intentcast/protocol";

/** Answers outstanding at a time: enough to fill a group commit, too few to flood a relay that comes back. */
const mostInFlight = 32;

export type Item = {
  readonly publication: number;
  readonly id: Id;
  readonly message: Uint8Array;
  /** Whether a connection was lost while this and perhaps others were in flight. */
  isSuspect: boolean;
  /** How many connections were lost while this alone was in flight. */
  losses: number;
};

export class Outbox {
  /** In order of arrival: a Map keeps it. */
  readonly #waiting = new Map<number, Item>();
  readonly #inFlight = new Map<number, Item>();

  get size(): number {
    return this.#waiting.size + this.#inFlight.size;
  }

  add(publication: number, id: Id, message: Uint8Array): void {
    this.#waiting.set(publication, { publication, id, message, isSuspect: false, losses: 0 });
  }

  /**
   * The next message to send, if it may be sent now; from here on it is in flight. A suspect travels alone, so
   * that a message at which the relay breaks is found out and takes no other with it.
   */
  next(): Item | undefined {
    const [item] = this.#waiting.values();
    const [sent] = this.#inFlight.values();
    const most = item?.isSuspect || sent?.isSuspect ? 1 : mostInFlight;
    if (item === undefined || this.#inFlight.size >= most) return undefined;
    this.#waiting.delete(item.publication);
    this.#inFlight.set(item.publication, item);
    return item;
  }

  /** Takes a publication out, for it is answered or nobody waits for it. */
  remove(publication: number): Item | undefined {
    const item = this.#waiting.get(publication) ?? this.#inFlight.get(publication);
    this.#waiting.delete(publication);
    this.#inFlight.delete(publication);
    return item;
  }

  /** The connection is lost: whatever was in flight is to be sent again, in its old order. */
  rewind(): void {
    const isAlone = this.#inFlight.size === 1;
    for (const item of this.#inFlight.values()) {
      item.isSuspect = true;
      if (isAlone) item.losses++;
    }
    const items = [...this.#inFlight.values(), ...this.#waiting.values()];
    this.#inFlight.clear();
    this.#waiting.clear();
    items.sort((a, b) => a.publication - b.publication);
    for (const item of items) this.#waiting.set(item.publication, item);
  }
}
