/** A million sellers: which of their standing filters an intent matches, and which relays deliver it then. */
import type { Filter, Signed } from "@intentcast/protocol";
import { matchIndex } from "../../packages/relay/src/core/index/match-index.ts";
import { diceOf, placeIn } from "../market/draw.ts";
import { marketFilter } from "../market/filter.ts";

type Seller = { readonly filter: Filter; readonly number: number };

/** The sellers, by number, whose filter matches each intent: by the relay's own index, which answers as `matches` does. */
export function matchedSellers(
  seed: string,
  sellers: number,
  intents: readonly Signed<"intent">[],
): readonly Uint32Array[] {
  const index = matchIndex<Seller>(diceOf(seed, "index").bytes);
  for (let number = 0; number < sellers; number++) index.add({ filter: marketFilter(seed, number), number });
  return intents.map((intent) =>
    Uint32Array.from(Array.from(index.find(intent), ({ number }) => number)).sort(),
  );
}

export type Spread = {
  /** Sellers at the relay that has most of them. */
  readonly mostSellers: number;
  /** Of one intent, at all relays. */
  readonly deliveries: number;
  /** At the relay with most deliveries, of one intent. */
  readonly mostDeliveries: number;
  /** Relays that an intent reaches and that have no seller for it. */
  readonly shareInVain: number;
};

/**
 * Sellers choose their relays by name: the k-th relay has 1 / √k of what the first has. Each has one relay, as every relay
 * has every message.
 */
export function spread(
  seed: string,
  relays: number,
  sellers: number,
  matched: readonly Uint32Array[],
): Spread {
  const sums: number[] = [];
  for (let relay = 0; relay < relays; relay++) sums.push((sums[relay - 1] ?? 0) + 1 / Math.sqrt(relay + 1));
  const dice = diceOf(seed, "homes", relays);
  const home = Uint32Array.from({ length: sellers }, () => placeIn(sums, dice));
  const sellersAt = new Uint32Array(relays);
  for (const relay of home) sellersAt[relay] = (sellersAt[relay] ?? 0) + 1;
  const deliveriesAt = new Uint32Array(relays);
  let reached = 0;
  for (const some of matched) {
    const relaysOf = new Set<number>();
    for (const seller of some) {
      const relay = home[seller] as number;
      deliveriesAt[relay] = (deliveriesAt[relay] ?? 0) + 1;
      relaysOf.add(relay);
    }
    reached += relaysOf.size;
  }
  const sum = (counts: Uint32Array) => counts.reduce((total, one) => total + one, 0);
  return {
    mostSellers: Math.max(...sellersAt),
    deliveries: sum(deliveriesAt) / matched.length,
    mostDeliveries: Math.max(...deliveriesAt) / matched.length,
    shareInVain: 1 - reached / (relays * matched.length),
  };
}
