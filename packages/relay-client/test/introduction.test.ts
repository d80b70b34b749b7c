import { toHex } from "@intentcast/protocol";
import { expect, test } from "vitest";
import { type Acceptance, connectRelays, type Introduction, type PoolOptions } from "../src/index.ts";
import { FakeRelay } from "./fake-relay.ts";
import { closeMessage, now } from "./messages.ts";
import { serve } from "./served.ts";

/** Reconnects within milliseconds. */
const soon = (length: number): Uint8Array => new Uint8Array(length).fill(4);
const connect = (options: PoolOptions) => connectRelays({ clock: () => now, random: soon, ...options });

test("a pool tells each time that a relay says hello: its store, and how far its clock is ahead", async () => {
  const relay = new FakeRelay();
  await using served = await serve(relay);
  const introductions: Introduction[] = [];
  let heard = Promise.withResolvers<void>();
  const opened = (introduction: Introduction): void => {
    introductions.push(introduction);
    heard.resolve();
  };
  await using _pool = connect({ relays: [served.address], opened, clock: () => now - 90 });
  await heard.promise;
  heard = Promise.withResolvers();
  relay.wipe(new Uint8Array(16).fill(2));
  served.drop();
  await heard.promise;
  const [first, second] = [1, 2].map((byte) => toHex(new Uint8Array(16).fill(byte)));
  expect(introductions).toEqual([
    { relay: served.address, store: first, clockAhead: 90 },
    { relay: served.address, store: second, clockAhead: 90 },
  ]);
});

test("a publication tells of each relay that has stored the message, also of the ones that come late", async () => {
  const [quick, late] = [new FakeRelay(), new FakeRelay()];
  late.storeId = new Uint8Array(16).fill(2);
  let answer: (() => void) | undefined;
  late.twist = (frame, line) => {
    answer = () => line.answer(frame);
    return frame[0] === "publish";
  };
  await using served = await serve(quick);
  await using servedLate = await serve(late);
  const acceptances: Acceptance[] = [];
  await using pool = connect({ relays: [served.address, servedLate.address] });
  const accepted = (acceptance: Acceptance): void => void acceptances.push(acceptance);
  const published = await pool.publish(closeMessage(1).bytes, { accepted });
  expect(acceptances.map(({ store }) => store)).toEqual([toHex(quick.storeId)]);
  await expect.poll(() => answer !== undefined).toBe(true);
  answer?.();
  await published.settled;
  expect(acceptances.map(({ store }) => store)).toEqual([quick, late].map(({ storeId }) => toHex(storeId)));
});
