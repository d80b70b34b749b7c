import { type Filter, matches, filter as schema } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { matchIndex } from "../src/core/index/match-index.ts";
import { packFilter, unpackFilter } from "../src/core/packed-filter.ts";
import { Subscription } from "../src/core/subscription.ts";
import { filterFrom, messageFrom } from "./market.ts";
import { type Tape, tapeOf } from "./tape.ts";

/** What a frame can bring: the market also draws values that its schema refuses. */
function validFilter(tape: Tape): Filter {
  for (;;) {
    const drawn = filterFrom(tape);
    if (schema.safeParse(drawn).success) return drawn;
  }
}

test("a filter is unpacked as it was packed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 2000, size: "max" }), (bytes) => {
      const filter = validFilter(tapeOf(bytes));
      const packed = packFilter(filter);
      expect(unpackFilter(packed)).toEqual(filter);
      expect(Buffer.from(packed, "latin1").toString("latin1")).toBe(packed);
    }),
  );
});

test("a filter as large as a frame is, too", () => {
  const words = { any: Array.from({ length: 256 }, (_, i) => `${i} ${"ü".repeat(30)}`) };
  const authors = Array.from({ length: 256 }, (_, i) => new Uint8Array(32).fill(i));
  const filter: Filter = { words, authors };
  const packed = packFilter(filter);
  expect(packed.length).toBeGreaterThan(20_000);
  expect(unpackFilter(packed)).toEqual(filter);
});

test("subscriptions that hold packed filters are found, and are gone once they are removed", () => {
  const tape = tapeOf(seededRandom("packed")(20_000));
  const index = matchIndex<Subscription<undefined>>(seededRandom(1));
  const filters = Array.from({ length: 200 }, () => validFilter(tape));
  const standing = filters.map((filter, number) => {
    const subscription = new Subscription(filter, undefined, {
      number,
      until: "standing",
      credit: 1,
      position: 0,
    });
    index.add(subscription, filter);
    return subscription;
  });
  const messages = Array.from({ length: 200 }, () => messageFrom(tape));
  const wanted = messages.map((message) =>
    filters.flatMap((filter, number) => (matches(filter, message) ? [number] : [])),
  );
  const found = () =>
    messages.map((message) => Array.from(index.find(message), ({ number }) => number).sort((a, b) => a - b));
  expect(wanted.flat().length).toBeGreaterThan(50);
  expect(found()).toEqual(wanted);
  for (const subscription of standing) index.remove(subscription);
  expect([index.size, found().flat()]).toEqual([0, []]);
});
