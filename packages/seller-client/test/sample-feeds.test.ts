import { readFileSync } from "node:fs";
import { hour, type Signed } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import { answerIntent, readFeed } from "../src/index.ts";

const now = 1_800_000_000;
const feeds = ["cradle-and-co.csv", "harbour-outdoor.json", "casa-verde.csv"].map((name) => ({
  name,
  feed: readFeed(readFileSync(new URL(`../../cli/feeds/${name}`, import.meta.url)), { currency: "USD" }),
}));

const cast = (name: string, pieces: number): Signed<"intent"> => ({
  kind: "intent",
  id: new Uint8Array(32),
  author: new Uint8Array(32),
  bytes: new Uint8Array(0),
  body: {
    nonce: new Uint8Array(16),
    issued: now,
    expires: now + hour,
    want: [{ category: "uncategorized", name, quantity: { value: pieces, unit: "C62" } }],
    reply: { mailbox: new Uint8Array(32), key: new Uint8Array(32) },
  },
});

describe("the sample feeds", () => {
  test.each(feeds)("$name is read without a problem", ({ feed }) => {
    expect(feed.problems).toEqual([]);
    expect(feed.items.length).toBeGreaterThan(10);
  });

  test.each([
    ["a twin stroller", 1],
    ["a two-person tent", 1],
    ["clay pots", 3],
  ])("compete for %s", (name, pieces) => {
    const prices = feeds.flatMap(({ feed }) => {
      const answer = answerIntent(cast(name, pieces), { currency: "USD", items: feed.items }, now);
      return answer.ok ? [answer.value.breakdown?.goods] : [];
    });
    expect(new Set(prices).size).toBe(2);
  });
});
