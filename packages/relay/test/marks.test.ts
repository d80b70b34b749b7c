import {
  type Body,
  type Filter,
  filterKinds,
  type Message,
  matches,
  type Requirement,
  toHex,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { sampleBodies, seededRandom } from "@intentcast/testkit";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryStore } from "../src/adapters/memory-store.ts";
import { sqliteStore } from "../src/adapters/sqlite-store.ts";
import { marksOf } from "../src/core/marks.ts";
import { scopeDecides, scopeOf } from "../src/core/scope.ts";
import type { Store } from "../src/ports/store.ts";
import { admitted, buyer, close, mailbox, now, otherMailbox, profile, sealed, seller } from "./messages.ts";
import { temporaryFolder } from "./serving.ts";

type Wish = {
  readonly category: string;
  readonly place: string | undefined;
  readonly name: string | undefined;
  readonly color: string | number | boolean;
};

const some = <T>(...values: T[]) => fc.constantFrom(...values);
/** Paths that a careless index confuses: by case, by a hyphen, by a beginning that is no ancestor. */
const path = some("shop", "shop/aa", "shop/aA", "shop/aab", "shop/a-b", "shop/a", "shop/aa/1", "geo/9/m");
const word = some("Twins", "twins", "größe", "GRÖSSE", "x_1", '"or"', "中文", "rain");
const value = some<string | number | boolean>("red", "Red", "1", 1, 12, true, "true");

const wish: fc.Arbitrary<Wish> = fc.record({
  category: path,
  place: fc.option(path, { nil: undefined }),
  name: fc.option(word, { nil: undefined }),
  color: value,
});

function intentOf({ category, place, name, color }: Wish, number: number): Message {
  const { ext: _, award: __, when: ___, where: ____, ...body } = sampleBodies().intent;
  const requirement: Requirement =
    typeof color === "number"
      ? { attribute: "color", operator: "eq", value: color * 10, scale: 1, must: true }
      : { attribute: "color", operator: "eq", value: color, must: true };
  const line = { category, quantity: { value: 1, unit: "C62" }, requirements: [requirement] };
  const whole: Body<"intent"> = {
    ...body,
    nonce: new Uint8Array(16).fill(number),
    issued: now,
    expires: now + 3600,
    want: [name === undefined ? line : { ...line, name }],
    ...(place !== undefined && { where: [place] }),
  };
  return unwrap(writeMessage("intent", whole, number % 2 === 0 ? buyer : seller));
}

const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const looked = {
  kinds: few(some(...filterKinds)),
  authors: few(some(buyer.publicKey, seller.publicKey)),
  categories: few(path),
  places: few(path),
  attributes: few(fc.record({ attribute: some("color", "size"), values: few(value) })),
  words: fc.record({ all: few(word), any: few(word) }, { requiredKeys: [] }),
};
const others = {
  mailboxes: few(some(mailbox.signer.publicKey, otherMailbox.signer.publicKey)),
  prices: few(fc.record({ currency: some("USD", "EUR"), least: some(0, 20_000, 40_000) })),
  issued: fc.record({ from: some(now - 1, now + 1) }, { requiredKeys: [] }),
};
/** A few of these fields, each as likely to be there as not. */
const fields = <T extends Record<string, fc.Arbitrary<unknown>>>(all: T) =>
  fc
    .subarray(Object.keys(all))
    .chain((names) =>
      fc.record(Object.fromEntries(names.map((name) => [name, all[name] as fc.Arbitrary<unknown>]))),
    ) as fc.Arbitrary<Filter>;
const filter = fc.oneof(fields(looked), fields({ ...looked, ...others }));

describe.each([
  ["memory", async () => memoryStore(seededRandom(1))],
  ["SQLite", async (stack) => sqliteStore(await temporaryFolder(stack), seededRandom(1))],
] satisfies [string, (stack: AsyncDisposableStack) => Promise<Store>][])(
  "a scope in the store in %s",
  (_, make) => {
    let stack: AsyncDisposableStack;
    let store: Store;
    beforeEach(async () => {
      stack = new AsyncDisposableStack();
      store = await make(stack);
      stack.defer(() => store.close());
    });
    afterEach(() => stack.disposeAsync());

    async function found(query: Filter): Promise<number[]> {
      return (await store.query(scopeOf(query), 0, 100, now)).messages.map(({ position }) => position);
    }

    test("holds all that the filter matches, and nothing else where it says that it decides", async () => {
      const wishes = fc.sample(wish, { numRuns: 60, seed: 4 });
      const mail = [await sealed(1), await sealed(2, otherMailbox)];
      const messages = [...wishes.map(intentOf), profile(1), close(1), ...mail];
      unwrap(await store.append(messages.map((message) => admitted(message))));
      let decided = 0;
      let matched = 0;
      await fc.assert(
        fc.asyncProperty(filter, async (one) => {
          const positions = await found(one);
          const expected = messages.flatMap((message, i) => (matches(one, message) ? [i + 1] : []));
          matched += expected.length;
          if (scopeDecides(one)) {
            decided += 1;
            expect(positions).toEqual(expected);
          } else {
            expect(positions).toEqual(expect.arrayContaining(expected));
          }
        }),
        { seed: 5, numRuns: 400 },
      );
      expect(decided).toBeGreaterThan(20);
      expect(matched).toBeGreaterThan(100);
    });

    test("pages on from a position, and knows when it is through", async () => {
      const wished = { category: "shop/aa", place: undefined, name: undefined, color: "red" };
      const messages = [0, 1, 2, 3, 4].map((number) => intentOf(wished, number));
      unwrap(await store.append(messages.map((message) => admitted(message))));
      const scope = scopeOf({ kinds: ["intent"], categories: ["shop"] });
      const first = await store.query(scope, 1, 2, now);
      expect(first.messages.map(({ position }) => position)).toEqual([2, 3]);
      expect(first.through).toBe(3);
      const rest = await store.query(scope, 3, 3, now);
      expect(rest.messages.map(({ position }) => position)).toEqual([4, 5]);
      expect(rest.through).toBe(5);
    });

    test("no longer holds what has expired, nor a profile that a later one replaced", async () => {
      const [first, second, third] = [
        profile(1, { issued: now - 2 }),
        profile(2, { issued: now - 1 }),
        profile(3, { by: buyer, expires: now + 5 }),
      ];
      const shops: Filter = { words: { all: ["shop"] } };
      unwrap(await store.append([admitted(first)]));
      expect(await found(shops)).toEqual([1]);
      unwrap(await store.append([admitted(second), admitted(third)]));
      expect(await found(shops)).toEqual([2, 3]);
      expect(await store.removeExpired(now + 5, 10)).toHaveLength(1);
      expect(await found(shops)).toEqual([2]);
    });

    test("takes as many alternatives as a filter may have", async () => {
      const wished = { category: "shop/aa", place: "geo/9/m", name: "rain", color: "red" };
      unwrap(await store.append([admitted(intentOf(wished, 1))]));
      const many = (last: string) => [...Array.from({ length: 255 }, (_, i) => `none/${i}`), last];
      const words = Array.from({ length: 255 }, (_, i) => `word${i}`);
      const query: Filter = {
        categories: many("shop"),
        places: many("geo"),
        words: { any: [...words, "rain"] },
        attributes: [{ attribute: "color", values: [...words, "red"] }],
      };
      expect(await found(query)).toEqual([1]);
      expect(await found({ ...query, places: many("geo/8") })).toEqual([]);
    });
  },
);

test("a message's marks are its author, the paths that it lies under, its words and the values that it demands", () => {
  const wished = { category: "shop/aa/1", place: "geo/9", name: "Größe 5", color: 12 };
  const author = `k/${toHex(seller.publicKey)}`;
  expect([...marksOf(intentOf(wished, 1))].sort()).toEqual(
    [
      "a/color/number/12",
      "c/shop",
      "c/shop/aa",
      "c/shop/aa/1",
      author,
      "p/geo",
      "p/geo/9",
      "w/5",
      "w/größe",
    ].sort(),
  );
  expect([...marksOf(close(1))]).toEqual([`k/${toHex(buyer.publicKey)}`]);
});

test("a sealed message's only mark is its mailbox", async () => {
  const message = await sealed(1);
  expect([...marksOf(message)]).toEqual([`m/${toHex(message.to)}`]);
});

test("what marks say in full is decided by a scope", () => {
  const yes: Filter[] = [
    {},
    { kinds: ["close"] },
    { authors: [buyer.publicKey] },
    { mailboxes: [buyer.publicKey], kinds: [...filterKinds] },
    { authors: [buyer.publicKey], categories: ["a"] },
    { mailboxes: [buyer.publicKey], authors: [buyer.publicKey] },
    {
      categories: ["a"],
      places: ["b"],
      attributes: [{ attribute: "c", values: [1] }],
      words: { any: ["d"] },
    },
  ];
  const no: Filter[] = [
    { prices: [{ currency: "USD", least: 1 }] },
    { categories: ["a"], issued: { from: 1 } },
    { terms: [new Uint8Array(32)] },
    { words: {} },
  ];
  expect(yes.map(scopeDecides)).toEqual(yes.map(() => true));
  expect(no.map(scopeDecides)).toEqual(no.map(() => false));
});
