import fc from "fast-check";
import { expect, test } from "vitest";
import { currencyBits, orderOf, roughBits, roughly, roughShift } from "../src/core/index/residual.ts";

const amount = fc.oneof(
  fc.nat({ max: 2 ** 31 - 1 }),
  fc.integer({ min: 0, max: 45 }).map((exponent) => 2 ** exponent),
  fc.integer({ min: 1, max: 45 }).map((exponent) => 2 ** exponent - 1),
  fc.maxSafeNat(),
);
/** Nothing greater is in a record. */
const recorded = amount.filter((one) => one < 2 ** 45);

test("the rough number of a price never says that what is dearer is less", () => {
  fc.assert(
    fc.property(recorded, amount, (least, most) => {
      const [low, high] = [least, most].map((one) => roughly(currencyBits("USD"), one)) as [number, number];
      if (low < high) expect(least).toBeLessThan(most);
      if (low > high) expect(least).toBeGreaterThan(most);
    }),
    { numRuns: 5000 },
  );
});

test("the rough number of a price tells currencies apart, and has room above the shape of a record", () => {
  for (const least of [0, 1, 2 ** 45 - 1]) {
    const numbers = ["AAA", "AAB", "EUR", "USD", "ZZZ"].map((one) => roughly(currencyBits(one), least));
    expect(numbers.map((one) => one >>> 8)).toEqual([1057, 1058, 5810, 22116, 27482]);
    for (const one of numbers) expect((one << roughShift) >>> roughShift).toBe(one);
  }
});

test("in a long list stand first those without a price, then the cheaper before the dearer", () => {
  const priced = (least: number) => (roughly(currencyBits("USD"), least) << roughShift) | 4;
  const orders = [2, priced(5), priced(500), priced(2 ** 40), 3].map(orderOf);
  expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
  expect(orders[4]).toBe(1 << roughBits);
});
