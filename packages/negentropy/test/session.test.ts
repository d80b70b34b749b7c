import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ItemSet, reconcile, type Session, type SessionOptions } from "../src/index.ts";
import { converse, hexes, type Item, itemOf, setOf } from "./items.ts";

const sessions = (
  one: ItemSet,
  other: ItemSet,
  options: Omit<SessionOptions, "isInitiator"> = {},
): [Session, Session] => [
  reconcile(one, { isInitiator: true, mostFrames: 10_000, ...options }),
  reconcile(other, { isInitiator: false, mostFrames: 10_000, ...options }),
];

/** Ids of the first that the second lacks. */
const lacking = (first: readonly Item[], second: readonly Item[]): string[] => {
  const there = new Set(hexes(second.map(({ id }) => id)));
  return hexes(first.map(({ id }) => id)).filter((hex) => !there.has(hex));
};

/** Two lists out of numbered items: most of them on both sides, the rest on one or none. */
const twoLists = fc
  .record({
    count: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 3000 })),
    seed: fc.integer({ min: 0, max: 0xffff }),
    differing: fc.constantFrom(0, 1, 5, 50, 100),
  })
  .map(({ count, seed, differing }) => {
    const lists: [Item[], Item[]] = [[], []];
    let state = seed + 1;
    for (let number = 0; number < count; number++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      const isOnOneSide = (state >>> 8) % 100 < differing;
      const item = itemOf((seed << 12) + number);
      if (!isOnOneSide) for (const list of lists) list.push(item);
      else lists[(state >>> 20) & 1]?.push(item);
    }
    return lists;
  });

describe("a session", () => {
  test("tells each side exactly what the other lacks, for any two sets and any limit", () => {
    fc.assert(
      fc.property(twoLists, fc.constantFrom(4096, 5000, 20_000, 2 ** 20), ([one, other], frameLimit) => {
        const [left, right] = converse(...sessions(setOf(one), setOf(other), { frameLimit }));
        expect(left.have).toEqual(lacking(one, other));
        expect(left.need).toEqual(lacking(other, one));
        expect(right.have).toEqual(left.need);
        expect(right.need).toEqual(left.have);
        expect([left.last, right.last]).toEqual(["done", "done"]);
      }),
    );
  });
});
