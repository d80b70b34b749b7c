import { toHex } from "@intentcast/protocol";
import { type Item, itemOf, setOf } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ItemSet, type Snapshot } from "../src/index.ts";
import { idAt, type Key, keyOf } from "../src/key.ts";
import { addTo, emptySum, type Sum } from "../src/sum.ts";

/** The order and the sums as the definition has them, computed in the most obvious way. */
class NaiveSet {
  #items: { readonly timestamp: bigint; readonly hex: string }[] = [];

  add({ timestamp, id }: Item): boolean {
    if (this.has({ timestamp, id })) return false;
    this.#items.push({ timestamp: BigInt(timestamp), hex: toHex(id) });
    this.#items.sort((a, b) =>
      a.timestamp === b.timestamp ? (a.hex < b.hex ? -1 : 1) : a.timestamp < b.timestamp ? -1 : 1,
    );
    return true;
  }

  has({ timestamp, id }: Item): boolean {
    return this.#items.some((one) => one.timestamp === BigInt(timestamp) && one.hex === toHex(id));
  }

  remove({ timestamp, id }: Item): boolean {
    const before = this.#items.length;
    this.#items = this.#items.filter((one) => one.timestamp !== BigInt(timestamp) || one.hex !== toHex(id));
    return this.#items.length < before;
  }

  get ids(): string[] {
    return this.#items.map(({ hex }) => hex);
  }

  sum(from: number, to: number): bigint {
    const littleEndian = (hex: string) => BigInt(`0x${hex.match(/../g)?.reverse().join("")}`);
    return this.#items.slice(from, to).reduce((sum, { hex }) => sum + littleEndian(hex), 0n) % 2n ** 256n;
  }
}

const idsOf = (items: Snapshot): string[] => {
  const ids: string[] = [];
  items.visit(0, items.size, (keys, at) => ids.push(toHex(idAt(keys, at))));
  return ids;
};

function sumOf(items: Snapshot, from: number, to: number): Sum {
  const sum = emptySum();
  items.addTo(sum, from, to);
  return sum;
}

const asBigint = (words: Uint32Array): bigint =>
  words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);

/** Few timestamps and few ids, so that items meet; ids of all ones, so that sums overflow. */
const item: fc.Arbitrary<Item> = fc.record({
  timestamp: fc.oneof(
    fc.integer({ min: 0, max: 20 }),
    fc.constantFrom(2n ** 32n - 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 64n - 2n),
  ),
  id: fc.oneof(
    fc.tuple(fc.nat(255), fc.nat(3)).map(([first, last]) => {
      const id = new Uint8Array(32);
      id[0] = first;
      id[31] = last;
      return id;
    }),
    fc.constant(new Uint8Array(32).fill(255)),
  ),
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant("add" as const), item }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("remove" as const), item }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("snapshot" as const), item }) },
);

describe("a set of items", () => {
  test("agrees with a sorted array after any changes, and so does every snapshot ever after", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const set = new ItemSet();
        const naive = new NaiveSet();
        const snapshots: [Snapshot, string[]][] = [];
        for (const { does, item } of steps) {
          if (does === "snapshot") snapshots.push([set.snapshot(), naive.ids]);
          else expect(set[does](item.timestamp, item.id)).toBe(naive[does](item));
          expect(set.size).toBe(naive.ids.length);
          expect(set.has(item.timestamp, item.id)).toBe(naive.has(item));
        }
        const items = set.snapshot();
        expect(idsOf(items)).toEqual(naive.ids);
        for (const [index, hex] of naive.ids.entries()) expect(toHex(idAt(items.keyAt(index)))).toBe(hex);
        for (const [snapshot, ids] of snapshots) expect(idsOf(snapshot)).toEqual(ids);
      }),
    );
  });

  test("adds up any range as a sorted array does, at any size and after any removals", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(3000)), { minLength: 20, maxLength: 20 }),
        (size, keeps, isShuffled, ranges) => {
          const numbers = Array.from({ length: size }, (_, i) => (isShuffled ? (i * 7919) % size : i));
          const items = numbers.map(itemOf);
          const set = setOf(items);
          for (const [i, { timestamp, id }] of items.entries()) {
            if (i % keeps !== 0) expect(set.remove(timestamp, id)).toBe(true);
          }
          const left = items
            .filter((_, i) => i % keeps === 0)
            .map(({ timestamp, id }) => keyOf(timestamp, id))
            .sort(compareNaively);
          const snapshot = set.snapshot();
          expect(snapshot.size).toBe(left.length);
          for (const [one, other] of ranges) {
            const from = Math.min(one, other, left.length);
            const to = Math.min(Math.max(one, other), left.length);
            const sum = emptySum();
            for (const key of left.slice(from, to)) addTo(sum, key, 2);
            expect(sumOf(snapshot, from, to)).toEqual(sum);
            if (from < left.length) expect(snapshot.rank(left[from] as Key)).toBe(from);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("has sums modulo 2^256 of ids read as little-endian numbers", () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 60 }), (items) => {
        const naive = new NaiveSet();
        for (const one of items) naive.add(one);
        const snapshot = setOf(items).snapshot();
        expect(asBigint(sumOf(snapshot, 0, snapshot.size))).toBe(naive.sum(0, snapshot.size));
        expect(asBigint(sumOf(snapshot, 1, snapshot.size))).toBe(naive.sum(1, snapshot.size));
      }),
    );
  });

  test("is empty again when all is removed, in whatever order", () => {
    for (const stride of [1, 7, 4999]) {
      const set = setOf(Array.from({ length: 5000 }, (_, i) => itemOf(i)));
      for (let i = 0; i < 5000; i++) {
        const { timestamp, id } = itemOf((i * stride) % 5000);
        expect(set.remove(timestamp, id)).toBe(true);
      }
      expect(set.size).toBe(0);
      expect(sumOf(set.snapshot(), 0, 0)).toEqual(emptySum());
      expect(set.add(1, itemOf(1).id)).toBe(true);
    }
  });

  test.each([
    ["an id of 31 bytes", 1, new Uint8Array(31)],
    ["an id of 33 bytes", 1, new Uint8Array(33)],
    ["a negative timestamp", -1, new Uint8Array(32)],
    ["a fraction", 0.5, new Uint8Array(32)],
    ["a number that is not exact", 2 ** 53, new Uint8Array(32)],
    ["the timestamp of infinity", 2n ** 64n - 1n, new Uint8Array(32)],
  ])("throws on %s and stays as it was", (_, timestamp, id) => {
    const set = new ItemSet();
    expect(() => set.add(timestamp, id)).toThrow(RangeError);
    expect(() => set.remove(timestamp, id)).toThrow(RangeError);
    expect(set.size).toBe(0);
  });
});

/** By timestamp, then by the bytes of the id. */
function compareNaively(a: Key, b: Key): number {
  const text = (key: Key) =>
    `${[...key.subarray(0, 2)].map((word) => word.toString(16).padStart(8, "0")).join("")}${toHex(idAt(key))}`;
  return text(a) < text(b) ? -1 : 1;
}
