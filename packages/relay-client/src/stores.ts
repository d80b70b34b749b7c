/** Which store each relay has now, and where a message is to be published again because the store that had it is gone. */
import type { Acceptance, Introduction } from "./exchange.ts";

/** A store that has taken a message. */
export type Holder = Pick<Acceptance, "relay" | "store">;

/** Stores of one relay that a message goes to, one after the other: whoever takes a new name for ever is not fed for ever. */
const mostStores = 4;

export class Stores {
  readonly #present = new Map<string, string>();
  /** By message and relay: the stores for which it has been asked for here. */
  readonly #asked = new Map<string, Set<string>>();

  /** A relay has said which store it has. */
  opened({ relay, store }: Pick<Introduction, "relay" | "store">): void {
    this.#present.set(relay, store);
  }

  /** Whether the relay is known to have another store by now. */
  isGone({ relay, store }: Holder): boolean {
    const present = this.#present.get(relay);
    return present !== undefined && present !== store;
  }

  /**
   * The relays at which a message with these holders is to be published again: one of their earlier stores had it,
   * and the present one has not taken it. Each is named once for each of its stores, and for no more than four of them.
   */
  claim(message: string, holders: readonly Holder[]): readonly string[] {
    const relays = [...new Set(holders.map(({ relay }) => relay))];
    return relays.filter((relay) => {
      const here = holders.filter((holder) => holder.relay === relay);
      return (
        here.length < mostStores && here.every((holder) => this.isGone(holder)) && this.#ask(message, relay)
      );
    });
  }

  #ask(message: string, relay: string): boolean {
    const key = `${message} ${relay}`;
    const asked = this.#asked.get(key) ?? new Set();
    const store = this.#present.get(relay) ?? "";
    if (asked.has(store) || asked.size >= mostStores) return false;
    this.#asked.set(key, asked.add(store));
    return true;
  }
}
