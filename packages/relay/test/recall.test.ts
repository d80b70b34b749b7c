/** The same bytes are read and verified once, however often and whence they come. */
import { portableEquation, type VerifyEquation } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loopbackAddress } from "../src/adapters/loopback-gossip.ts";
import { memoryStore } from "../src/adapters/memory-store.ts";
import { nodeDigest } from "../src/adapters/node-crypto.ts";
import { encodeGossipFrame } from "../src/core/gossip-frame.ts";
import type { Ingested } from "../src/flow/ingest.ts";
import { createRecall } from "../src/flow/recall.ts";
import type { GossipHandler } from "../src/ports/gossip.ts";
import { admitted, close, forged, now, profile, sealed } from "./messages.ts";
import { type LoopbackHouse, loopbackHouse, until } from "./neighbourhood.ts";
import { gist, publish } from "./serving.ts";

let stack: AsyncDisposableStack;
let house: LoopbackHouse;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  house = loopbackHouse(stack);
});
afterEach(() => stack.disposeAsync());

/** Counts how often a signature's equation is decided. */
function counting(): { equation: VerifyEquation; count: () => number } {
  let count = 0;
  return {
    equation: (...claim) => {
      count += 1;
      return portableEquation(...claim);
    },
    count: () => count,
  };
}

/** A recall, and how often it had to take a message. */
function remembering(clock = () => now) {
  const recall = createRecall(nodeDigest, clock);
  let taken = 0;
  const take = async () => {
    taken += 1;
    const value: Ingested = {
      ...{ id: close(1).id, position: 1, kind: "close", topics: ["close"], expires: now + 3600 },
      outcome: { matched: 3 },
    };
    return { ok: true as const, value };
  };
  return { recall, take, taken: () => taken };
}

/** Hears nothing of what the network brings. */
const heedless: GossipHandler = {
  admits: () => true,
  connected: () => {},
  disconnected: () => {},
  received: () => ({ taken: Promise.resolve(), verdict: Promise.resolve("ignore") }),
  opened: (_purpose, channel) => channel.abort(),
};

test("what a client and two peers bring is verified once at each relay", async () => {
  const { equation, count } = counting();
  const [middle, left, right] = [
    await house.relay("middle", [], { equation, verifiers: 0 }),
    await house.relay("left", ["middle"]),
    await house.relay("right", ["middle"]),
  ];
  const clients = [await middle.connect(), await left.connect(), await right.connect()];
  const messages = [1, 2, 3, 4].map((number) => close(number));
  for (const message of messages) {
    await Promise.all(clients.map((one) => publish(one, message)));
  }
  await house.agree([middle, left, right], 4);
  expect(count()).toBe(4);
});

test("a copy that comes while the first is under way is a duplicate of it", async () => {
  const { recall, take, taken } = remembering();
  const { bytes } = close(1);
  const [first, second] = await Promise.all([recall(bytes, take), recall(bytes, take)]);
  expect(taken()).toBe(1);
  expect([first, second].map((one) => one.ok && one.value.outcome)).toEqual([
    { matched: 3 },
    { duplicate: true },
  ]);
});

test("a message is forgotten when it expires, so that it is refused as expired", async () => {
  let time = now;
  const { recall, take, taken } = remembering(() => time);
  await recall(close(1).bytes, take);
  await recall(close(1).bytes, take);
  expect(taken()).toBe(1);
  time = now + 3600;
  await recall(close(1).bytes, take);
  expect(taken()).toBe(2);
});

test("a peer that replays what is long stored pays, and the relay does not", async () => {
  const { equation, count } = counting();
  const store = memoryStore(seededRandom(1));
  await store.append([admitted(close(1))]);
  const { relay } = await house.relay("one", [], { store, equation, verifiers: 0 });
  const peer = await house.network.place("peer")({ topics: [], purposes: [] }, heedless);
  stack.defer(() => peer.stop());
  await peer.dial(loopbackAddress("one"));
  peer.publish("close", encodeGossipFrame([close(1).bytes, close(2).bytes]));
  await until(() => relay.network()?.counts.framesIn.accept === 1);
  expect([count(), store.head]).toEqual([1, 2]);
});

test("a forgery is refused by its bytes, and what it forges is not", async () => {
  const { equation, count } = counting();
  const { connect } = await house.relay("one", [], { equation, verifiers: 0 });
  const sender = await connect();
  for (let times = 0; times < 3; times++) {
    expect(gist(await publish(sender, forged(close(1))))).toEqual([
      "rejected",
      1,
      "verify",
      "signature-invalid",
    ]);
  }
  expect(count()).toBe(1);
  expect(gist(await publish(sender, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
  expect(gist(await publish(sender, forged(close(1))))).toEqual([
    "rejected",
    1,
    "verify",
    "signature-invalid",
  ]);
  expect(gist(await publish(sender, close(1)))).toMatchObject(["accepted", 1, { duplicate: true }]);
});

test("an earlier profile is superseded however often it comes", async () => {
  const { connect } = await house.relay("one", []);
  const sender = await connect();
  const [earlier, later] = [profile(1, { issued: now - 2 }), profile(2, { issued: now - 1 })];
  for (const message of [earlier, later]) await publish(sender, message);
  for (let times = 0; times < 2; times++)
    expect(gist(await publish(sender, earlier))).toEqual(["rejected", 1, "admit", "superseded"]);
});

test("sealed messages are remembered alike", async () => {
  const { connect } = await house.relay("one", []);
  const sender = await connect();
  const letter = await sealed(1);
  expect(gist(await publish(sender, letter))).toMatchObject(["accepted", 1, { position: 1 }]);
  expect(gist(await publish(sender, letter))).toMatchObject([
    "accepted",
    1,
    { position: 1, duplicate: true },
  ]);
});
