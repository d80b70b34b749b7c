import type { Message } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import type { Cursor } from "../src/exchange.ts";
import { Feed } from "../src/feed.ts";
import { SeenIds } from "../src/seen-ids.ts";
import { closeMessage, now } from "./messages.ts";

const at = (relay: string, position: number): Cursor => ({ relay, store: "00", position });

describe("a feed", () => {
  test("moves a relay's cursor when all before it has been taken, not when it has come", async () => {
    const feed = new Feed(() => undefined, []);
    feed.add(closeMessage(1), at("a", 1), now);
    feed.add(closeMessage(1), at("b", 7), now);
    feed.pass(at("a", 5));
    expect(feed.cursors).toEqual([]);
    await feed.next();
    feed.add(closeMessage(2), at("b", 9), now);
    expect(feed.cursors).toEqual([at("a", 5), at("b", 7)]);
  });

  test("keeps the cursors that it began with until they are overtaken", async () => {
    const feed = new Feed(() => undefined, [at("a", 3), at("b", 4)]);
    feed.pass(at("a", 6));
    expect(feed.cursors).toEqual([at("a", 6), at("b", 4)]);
  });

  test("tells which relay's message was taken, and nothing for one that came twice", async () => {
    const taken: string[] = [];
    const feed = new Feed((relay) => taken.push(relay), []);
    expect(feed.add(closeMessage(1), at("a", 1), now)).toBe(true);
    expect(feed.add(closeMessage(1), at("b", 1), now)).toBe(false);
    expect(taken).toEqual([]);
    await feed.next();
    expect(taken).toEqual(["a"]);
  });

  test("gives what had come before it failed, then throws, then throws again", async () => {
    const feed = new Feed(() => undefined, []);
    feed.add(closeMessage(1), at("a", 1), now);
    feed.end({ stage: "session", code: "filter-too-large", detail: "" });
    expect((await feed.next()).done).toBe(false);
    await expect(feed.next()).rejects.toMatchObject({ code: "filter-too-large" });
    await expect(feed.next()).rejects.toMatchObject({ code: "filter-too-large" });
  });

  test("that its consumer has ended gives nothing more", async () => {
    const feed = new Feed(() => undefined, []);
    feed.add(closeMessage(1), at("a", 1), now);
    feed.end(undefined);
    feed.add(closeMessage(2), at("a", 2), now);
    expect(await feed.next()).toEqual({ done: true, value: undefined });
  });
});

test("ids are forgotten some time after their messages have expired, and not before", () => {
  const seen = new SeenIds();
  const template = closeMessage(1);
  const message = (number: number): Message => {
    const id = new Uint8Array(32);
    new DataView(id.buffer).setUint32(0, number);
    return { ...template, id };
  };
  for (let number = 0; number < 4096; number++) seen.add(message(number), now);
  seen.add(message(4096), now);
  expect(seen.add(message(0), now)).toBe(false);
  const longAfter = template.body.expires + 4000;
  for (let number = 5000; number < 10_000; number++) seen.add(message(number), longAfter);
  expect(seen.add(message(0), longAfter)).toBe(true);
});
