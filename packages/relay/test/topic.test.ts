/** Which topics a message belongs to, and what a relay carries of them. */
import { describe, expect, test } from "vitest";
import { carriageOf } from "../src/core/carriage.ts";
import { allTopics, intentTopic, mailTopic, marketOf, topicsOf } from "../src/core/topic.ts";
import { close, intent, intentFor, profile, sealed } from "./messages.ts";

test("there are forty-two topics, and nobody can name another", () => {
  expect(allTopics).toHaveLength(32 + 8 + 2);
  expect(new Set(allTopics).size).toBe(allTopics.length);
  expect(allTopics).toEqual(expect.arrayContaining(["intent:00", "intent:1f", "mail:0", "mail:7"]));
});

test.for([
  ["shopify/bt/1/2", "shopify/bt", "intent:15"],
  ["shopify/bt", "shopify/bt", "intent:15"],
  ["unspsc/53/11/16/01", "unspsc/53", "intent:08"],
  ["services", "services", "intent:1d"],
] as const)("%s is in the market %s, whose topic is %s", ([category, market, topic]) => {
  expect(marketOf(category)).toBe(market);
  expect(intentTopic(market)).toBe(topic);
  expect(topicsOf(intent(1, category))).toEqual([topic]);
});

test("an intent has a topic for each of its markets, and each once", () => {
  const wanted = intentFor(1, ["shopify/bt/1", "unspsc/53/1", "shopify/bt/2"]);
  expect(topicsOf(wanted)).toEqual(["intent:15", "intent:08"]);
});

test("mail goes by the first three bits of its mailbox", async () => {
  expect([0x00, 0x1f, 0x20, 0xff].map((first) => mailTopic(Uint8Array.of(first)))).toEqual([
    "mail:0",
    "mail:0",
    "mail:1",
    "mail:7",
  ]);
  const letter = await sealed(1);
  expect(topicsOf(letter)).toEqual([mailTopic(letter.to)]);
});

test("closes and profiles have a topic each", () => {
  expect([topicsOf(close(1)), topicsOf(profile(1))]).toEqual([["close"], ["profile"]]);
});

describe("a relay carries", () => {
  const topics = (...entries: string[]) => carriageOf(entries).topics;

  test("everything, unless it is told what", () => {
    expect(topics()).toEqual(allTopics);
  });

  test("the markets named, and all mail with them", () => {
    expect(topics("shopify/bt/1/2", "unspsc/53")).toEqual(
      allTopics.filter((topic) => !topic.startsWith("intent:") || ["intent:15", "intent:08"].includes(topic)),
    );
  });

  test("the mail named, and all intents with it", () => {
    expect(topics("mail:3")).toEqual(
      allTopics.filter((topic) => !topic.startsWith("mail:") || topic === "mail:3"),
    );
  });

  test("what is named and closes and profiles, when both are named", () => {
    expect(topics("intent:00", "mail:0")).toEqual(["intent:00", "mail:0", "close", "profile"]);
  });

  test("an intent of which it carries one market", () => {
    const { carries, topicsOf } = carriageOf(["unspsc/53"]);
    expect(carries(topicsOf(intentFor(1, ["shopify/bt/1", "unspsc/53/1"])))).toBe(true);
    expect(carries(topicsOf(intent(1, "shopify/bt/1")))).toBe(false);
  });

  test.for(["Shopify", "mail:8", "intent:20", ""])("nothing by the name of %s", (entry) => {
    expect(() => carriageOf([entry])).toThrow(RangeError);
  });
});
