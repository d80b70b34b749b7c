/** What one relay is still to be told: messages waiting to be sent, and those sent but not yet answered. */
import type { Id } from "@intentcast/protocol";

/** Answers outstanding at a time: enough to fill a group commit, too few to flood a relay that comes back. */
const mostInFlight = 32;

export type Item = {
  readonly publication: number;
  readonly id: Id;
  readonly message: Uint8Array;
  /** How often it has been sent. */
  sends: number;
};

export class Outbox {
  /** In order of arrival: a Map keeps it. */
  readonly #waiting = new Map<number, Item>();
  readonly #inFlight = new Map<number, Item>();

  get size(): number {
    return this.#waiting.size + this.#inFlight.size;
  }

  add(publication: number, id: Id, message: Uint8Array): void {
    this.#waiting.set(publication, { publication, id, message, sends: 0 });
  }

  /** The next message to send, if it may be sent now; from here on it is in flight. */
  next(): Item | undefined {
    if (this.#inFlight.size >= mostInFlight) return undefined;
    const [item] = this.#waiting.values();
    if (item === undefined) return undefined;
    this.#waiting.delete(item.publication);
    this.#inFlight.set(item.publication, item);
    item.sends++;
    return item;
  }

  /** Takes a publication out, for it is answered or nobody waits for it. */
  remove(publication: number): Item | undefined {
    const item = this.#waiting.get(publication) ?? this.#inFlight.get(publication);
    this.#waiting.delete(publication);
    this.#inFlight.delete(publication);
    return item;
  }

  /** Whatever was in flight may have got lost: it is to be sent again, in its old order. */
  rewind(): void {
    const items = [...this.#inFlight.values(), ...this.#waiting.values()];
    this.#inFlight.clear();
    this.#waiting.clear();
    items.sort((a, b) => a.publication - b.publication);
    for (const item of items) this.#waiting.set(item.publication, item);
  }
}
