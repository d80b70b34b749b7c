/** Two sets to reconcile, as what only the first has, what only the second has, and what both have. */
import { type Item, itemOf } from "@intentcast/testkit";

export type Sets = {
  readonly onlyFirst: readonly Item[];
  readonly onlySecond: readonly Item[];
  readonly both: readonly Item[];
};

/** So many of each, mixed over time in a way that is the same each time. */
export function threeSets(onlyFirst: number, onlySecond: number, both: number): Sets {
  const total = onlyFirst + onlySecond + both;
  // A stride that has no factor in common with the total visits each number once.
  let stride = Math.floor(total * 0.618) | 1;
  while (total > 0 && greatestCommonDivisor(stride, total) !== 1) stride += 2;
  const items = Array.from({ length: total }, (_, i) => itemOf((i * stride) % total));
  return {
    onlyFirst: items.slice(0, onlyFirst),
    onlySecond: items.slice(onlyFirst, onlyFirst + onlySecond),
    both: items.slice(onlyFirst + onlySecond),
  };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
