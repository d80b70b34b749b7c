/**
 * Which standing subscriptions a message is for: what an index of them promises, and the one that is slow and obvious. The
 * relay's own is core/index.
 */
import { type Filter, type Message, matches } from "@intentcast/protocol";

/** What an index holds, whatever it is beside. */
export type Standing = {
  readonly filter: Filter;
  /** The index's own note, while it holds it. */
  place?: number | undefined;
};

/** Holds subscriptions, each of which is in one index at most. */
export interface SubscriptionIndex<S extends Standing> {
  readonly size: number;
  /** Nothing where it is there already. The filter need not be read from the subscription if it is at hand. */
  add(subscription: S, filter?: Filter): void;
  /** Nothing where it is not there. */
  remove(subscription: S): void;
  /** Exactly those whose filter matches, by the protocol's `matches`; in no particular order. */
  find(message: Message): Iterable<S>;
}

/** Asks every filter in turn: the oracle of tests. */
export function linearIndex<S extends Standing>(): SubscriptionIndex<S> {
  const standing = new Set<S>();
  return {
    get size() {
      return standing.size;
    },
    add: (subscription) => void standing.add(subscription),
    remove: (subscription) => void standing.delete(subscription),
    find: (message) => [...standing].filter(({ filter }) => matches(filter, message)),
  };
}
