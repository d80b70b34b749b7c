/**
 * Which standing subscriptions a message is for: what an index of them promises, and the one that is slow and obvious. The
 * relay's own is core/index.
 */
import { type Filter, type Message, matches } from "@intentcast/protocol";

/** Holds subscriptions, whatever they are beside their filter. */
export interface SubscriptionIndex<S extends { readonly filter: Filter }> {
  readonly size: number;
  add(subscription: S): void;
  remove(subscription: S): void;
  /** Exactly those whose filter matches, by the protocol's `matches`; in no particular order. */
  find(message: Message): Iterable<S>;
}

/** Asks every filter in turn: the oracle of tests. */
export function linearIndex<S extends { readonly filter: Filter }>(): SubscriptionIndex<S> {
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
