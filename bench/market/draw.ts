/** Draws from weighted lists, by dice that depend on the seed and a number alone. */
import { type Dice, diceOf } from "../../test/fuzz/dice.ts";

export { type Dice, diceOf };

/** A share of one, evenly. */
export const share = (dice: Dice): number => dice.below(2 ** 32) / 2 ** 32;

/** Draws one of a list, each as often as its weight says. */
export function weighted<T>(
  list: readonly T[],
  weightOf: (item: T, rank: number) => number,
): (dice: Dice) => T {
  const sums = new Float64Array(list.length);
  let sum = 0;
  for (const [rank, item] of list.entries()) {
    sum += weightOf(item, rank);
    sums[rank] = sum;
  }
  return (dice) => list[placeIn(sums, dice)] as T;
}

/** Draws a place in a list, given for each place the sum of the weights up to it. */
export function placeIn(sums: ArrayLike<number>, dice: Dice): number {
  const wanted = share(dice) * (sums[sums.length - 1] as number);
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The k-th of a list is drawn k^exponent times more rarely than the first. */
export const zipf = <T>(list: readonly T[], exponent: number): ((dice: Dice) => T) =>
  weighted(list, (_, rank) => (rank + 1) ** -exponent);

/** How often each number of things comes: `[0.5, 0.3]` is one thing in five of eight cases, two in three. */
export const howMany = (...weights: readonly number[]): ((dice: Dice) => number) =>
  weighted(
    weights.map((_, i) => i + 1),
    (number) => weights[number - 1] as number,
  );

/** A list in an order that depends on the seed alone (Fisher–Yates). */
export function shuffled<T>(list: readonly T[], ...seed: readonly (string | number)[]): T[] {
  const dice = diceOf("shuffle", ...seed);
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const j = dice.below(i + 1);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

/** So many times, and each result once. */
export const several = <T>(count: number, draw: () => T): T[] => [
  ...new Set(Array.from({ length: count }, draw)),
];

/** An amount whose logarithm is normal (Box–Muller): half lie below the median, two thirds within a factor e^spread. */
export function amountAround(median: number, spread: number, dice: Dice): number {
  const normal = Math.sqrt(-2 * Math.log(1 - share(dice))) * Math.cos(2 * Math.PI * share(dice));
  return Math.max(1, Math.round(median * Math.exp(spread * normal)));
}
