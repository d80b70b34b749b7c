import { type Filter, type Message, matches } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchIndex } from "../src/core/index/match-index.ts";
import { KeyedTextHash, type TextHash } from "../src/core/index/text-hash.ts";
import { linearIndex, type SubscriptionIndex } from "../src/core/subscription-index.ts";
import { liveThrough } from "./index-history.ts";
import { messageFrom } from "./market.ts";
import { tapeOf } from "./tape.ts";

type Standing = { readonly filter: Filter };

const fail = (what: string): never => {
  throw new Error(what);
};

/** A hash that knows eight values: texts that differ fall together all the time. */
function poorHash(): TextHash {
  const good = new KeyedTextHash(seededRandom(2));
  const hashes: number[] = [];
  const poor = (hash: number): number => hash & 0xe000_0000;
  return {
    ends: good.ends,
    hashes,
    of: (space, text) => poor(good.of(space, text)),
    ofAncestors: (space, path) => {
      const count = good.ofAncestors(space, path);
      for (let i = 0; i < count; i++) hashes[i] = poor(good.hashes[i] as number);
      return count;
    },
  };
}

describe("the index finds exactly what the oracle finds", () => {
  const makers: [string, () => SubscriptionIndex<Standing>][] = [
    ["with a good hash", () => matchIndex(seededRandom(1))],
    ["when all texts have one of eight hashes", () => matchIndex(seededRandom(1), poorHash())],
  ];

  test.each(makers)("through histories of filters that come and go, %s", (_, make) => {
    let [messages, found] = [0, 0];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 100, maxLength: 4000, size: "max" }), (bytes) => {
        const history = liveThrough(tapeOf(bytes), make(), fail);
        messages += history.messages;
        found += history.found;
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(messages).toBeGreaterThan(1000);
    expect(found).toBeGreaterThan(1000);
  });

  test("for so many filters that tables split, lists grow wide, and all of it shrinks again", () => {
    const index = matchIndex<Standing>(seededRandom(1));
    const standing = Array.from({ length: 20_000 }, (_, i): Standing => ({ filter: filterOf(i) }));
    for (const one of standing) index.add(one);
    const messages = Array.from({ length: 60 }, (_, i) => messageFrom(tapeOf(seededRandom(i)(400))));
    const agrees = (left: readonly Standing[]) => {
      for (const message of messages) {
        const expected = left.filter(({ filter }) => matches(filter, message));
        expect(new Set(index.find(message))).toEqual(new Set(expected));
      }
    };
    agrees(standing);
    for (const one of standing.splice(50)) index.remove(one);
    expect(index.size).toBe(50);
    agrees(standing);
  });

  test("for filters that name one path twice, in lists so long that they lie in several blocks", () => {
    const index = matchIndex<Standing>(seededRandom(1));
    const standing = Array.from(
      { length: 500 },
      (): Standing => ({ filter: { categories: ["a/b", "a/b"] } }),
    );
    for (const one of standing) index.add(one);
    const message = intentOf("a/b/c", "x", "y");
    while (standing.length > 0) {
      expect(new Set(index.find(message))).toEqual(new Set(standing));
      for (const one of standing.splice(Math.floor(standing.length / 3), 25)) index.remove(one);
    }
    expect([...index.find(message)]).toEqual([]);
  });

  test("for prices in several currencies, in lists so long that whole blocks are passed over", () => {
    const index = matchIndex<Standing>(seededRandom(1));
    const currencies = ["EUR", "JPY", "USD", "usd"];
    const standing = Array.from({ length: 3000 }, (_, i): Standing => {
      const least = i % 3 === 0 ? 0 : (i * 7919) % 1009;
      const price = { currency: currencies[i % 4] as string, least };
      const prices = i % 50 === 0 ? [price, { currency: "USD", least: i }] : [price];
      return { filter: { categories: ["a/b"], ...(i % 11 > 0 && { prices }) } };
    });
    for (const one of standing) index.add(one);
    const asked = [...currencies, "AAA", "ZZZ"].flatMap((currency) =>
      [0, 1, 2, 255, 256, 500, 1008, 2 ** 45, 2 ** 53 - 1].map((max) => ({ currency, max })),
    );
    const messages = [undefined, ...asked].map((price) => intentOf("a/b/c", "x", "y", price));
    while (standing.length > 0) {
      for (const message of messages) {
        const expected = standing.filter(({ filter }) => matches(filter, message));
        expect(new Set(index.find(message))).toEqual(new Set(expected));
      }
      for (const one of standing.splice(Math.floor(standing.length / 3), 600)) index.remove(one);
    }
  });

  test("for a message that says so much that the keys in use are gone through", () => {
    const index = matchIndex<Standing>(seededRandom(1));
    const near: Standing = { filter: { categories: ["a"], places: ["p/7"], words: { all: ["w7"] } } };
    const far: Standing = { filter: { categories: ["a"], places: ["q/7"], words: { all: ["w7"] } } };
    const mute: Standing = { filter: { categories: ["a"], places: ["p/8"], words: { all: ["w777"] } } };
    for (const one of [near, far, mute]) index.add(one);
    // What no filter names would not be looked for.
    for (let i = 0; i < 60; i++) {
      index.add({ filter: { categories: ["other"], places: [`p/${i}`], words: { all: [`w${i}`] } } });
    }
    const places = Array.from({ length: 60 }, (_, i) => `p/${i}`);
    const name = Array.from({ length: 60 }, (_, i) => `w${i}`).join(" ");
    expect([...index.find(intentOf("a", places, name))]).toEqual([near]);
  });

  test("after what messages ask for has changed, and filters have moved to other keys", () => {
    const index = matchIndex<Standing>(seededRandom(1));
    const standing = Array.from(
      { length: 500 },
      (_, i): Standing => ({
        filter: { categories: ["shopify/a"], places: [`geohash/${i % 50}`], words: { any: [`w${i % 7}`] } },
      }),
    );
    for (const one of standing) index.add(one);
    for (let i = 0; i < 4000; i++) {
      const message = intentOf("shopify/a/1", `geohash/${i % 3}/x`, `w${i % 7} thing`);
      const found = [...index.find(message)];
      if (i % 100 > 0) continue;
      expect(new Set(found)).toEqual(new Set(standing.filter(({ filter }) => matches(filter, message))));
    }
    for (const one of standing) index.remove(one);
    expect([...index.find(intentOf("shopify/a", "geohash/1", "w1"))]).toEqual([]);
  });
});

test("a filter that is there is not added again, and one that is gone is not removed again", () => {
  const index = matchIndex<Standing>(seededRandom(1));
  const [one, twin] = [{ filter: { categories: ["a"] } }, { filter: { categories: ["a"] } }];
  index.add(one);
  index.add(one);
  index.add(twin);
  expect(index.size).toBe(2);
  index.remove(one);
  index.remove(one);
  expect(index.size).toBe(1);
  expect([...index.find(intentOf("a/b", "c", "d"))]).toEqual([twin]);
});

test("a history finds out an index that misses one, finds one too many, or finds one twice", () => {
  const bytes = seededRandom(3)(4000);
  const wrong = (change: (found: Standing[]) => Standing[]): SubscriptionIndex<Standing> => {
    const index = linearIndex<Standing>();
    const stranger = { filter: {} };
    return {
      add: index.add,
      remove: index.remove,
      find: (message) => change([...index.find(message), stranger]),
      get size() {
        return index.size;
      },
    };
  };
  const withoutStranger = (found: Standing[]) => found.slice(0, -1);
  expect(liveThrough(tapeOf(bytes), wrong(withoutStranger), fail).found).toBeGreaterThan(0);
  expect(() =>
    liveThrough(
      tapeOf(bytes),
      wrong((found) => found),
      fail,
    ),
  ).toThrow("does not match");
  expect(() =>
    liveThrough(
      tapeOf(bytes),
      wrong((found) => found.slice(0, -2)),
      fail,
    ),
  ).toThrow("missed");
  expect(() =>
    liveThrough(
      tapeOf(bytes),
      wrong((found) => [...withoutStranger(found), ...found.slice(0, 1)]),
      fail,
    ),
  ).toThrow(/twice|does not match/);
});

/** Many filters with much in common. */
function filterOf(i: number): Filter {
  const segments = ["a", "b", "aa", "1"];
  const path = (n: number) => `shopify/${segments[n % 4]}/${segments[(n >> 2) % 4]}`;
  return {
    categories: i % 5 === 0 ? [path(0)] : [path(i), `shopify/x${i % 3000}`],
    ...(i % 3 > 0 && { places: [`geohash/${segments[i % 4]}`, `geohash/p${i % 2000}`] }),
    ...(i % 4 === 0 && { prices: [{ currency: "USD", least: i }] }),
    ...(i % 7 === 0 && { attributes: [{ attribute: "color", values: ["red", i] }] }),
  };
}

function intentOf(
  category: string,
  place: string | string[],
  name: string,
  price?: { currency: string; max: number },
): Message {
  const [nonce, key] = [new Uint8Array(16), new Uint8Array(32)];
  const want = [{ category, name, quantity: { value: 1, unit: "C62" } }];
  const where = [place].flat();
  const reply = { mailbox: key, key };
  const body = { nonce, issued: 1, expires: 2, want, where, ...(price && { price }), reply };
  return { kind: "intent", id: key, author: key, bytes: key, body };
}
