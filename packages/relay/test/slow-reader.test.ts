/** A reader that does not read: the relay holds little for it, and forgets nothing. */
import {
  concatBytes,
  decodeRelayFrame,
  encodeFrame,
  type Hello,
  portableEquation,
  type RelayFrame,
  unwrap,
} from "@intentcast/protocol";
import { fixedClock, seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryStore } from "../src/adapters/memory-store.ts";
import { nodeSha256 } from "../src/adapters/node-crypto.ts";
import { nodeTimers } from "../src/adapters/node-timers.ts";
import { prometheus } from "../src/adapters/prometheus.ts";
import { inlineVerifier } from "../src/adapters/threaded-verifier.ts";
import { carriageOf } from "../src/core/carriage.ts";
import { defaultLimits } from "../src/core/limits.ts";
import { noQuotas, Quotas } from "../src/core/quotas.ts";
import { linearIndex } from "../src/core/subscription-index.ts";
import { groupCommit } from "../src/flow/commit.ts";
import { converse } from "../src/flow/converse.ts";
import { createDelivery } from "../src/flow/deliver.ts";
import { createEntrance } from "../src/flow/entrance.ts";
import { createIngest } from "../src/flow/ingest.ts";
import { defaultLoadLimits, measureLoad } from "../src/flow/load.ts";
import { createReader } from "../src/flow/query.ts";
import { noRecall } from "../src/flow/recall.ts";
import { watchRoom } from "../src/flow/room.ts";
import type { Subscriber } from "../src/flow/subscriber.ts";
import { silentLog } from "../src/ports/log.ts";
import type { Socket } from "../src/ports/socket.ts";
import { largeSealed, mailbox, now } from "./messages.ts";
import { fromStart, manualTimers, proof, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** A socket that keeps all it is given until it is told to let go. */
function stuckSocket() {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let most = 0;
  const taken: RelayFrame[] = [];
  const socket: Socket & { paused: boolean } = {
    paused: false,
    address: undefined,
    send: (beginning, end = new Uint8Array(0)) => {
      const frame = concatBytes(beginning, end);
      held.push(frame);
      heldBytes += frame.length;
      most = Math.max(most, heldBytes);
    },
    get backlogBytes() {
      return heldBytes;
    },
    close: () => {},
    pause: () => {
      socket.paused = true;
    },
    resume: () => {
      socket.paused = false;
    },
  };
  const drain = () => {
    taken.push(...held.map((frame) => unwrap(decodeRelayFrame(frame))));
    held = [];
    heldBytes = 0;
  };
  return { socket, drain, taken, most: () => most };
}

function relayParts() {
  const store = memoryStore(seededRandom(1));
  const ports = { clock: fixedClock(now), timers: nodeTimers, meter: prometheus().meter, log: silentLog };
  const standing = linearIndex<Subscriber>();
  const delivery = createDelivery(store.head, standing, ports.meter);
  const quotas = new Quotas(noQuotas);
  const load = measureLoad(defaultLoadLimits, manualTimers());
  const room = watchRoom(store, { timers: manualTimers(), log: silentLog });
  const entrance = createEntrance(quotas, load, room, { clock: ports.clock, readOnly: false });
  const admission = { limits: defaultLimits, verifier: inlineVerifier(portableEquation), entrance, quotas };
  const apart = { carriage: carriageOf(), recall: noRecall, announce: () => {} };
  const policy = { clock: ports.clock, sha256: nodeSha256, ...admission, ...apart };
  const commit = groupCommit(store, nodeTimers, ports.meter, silentLog);
  const ingest = createIngest(commit, store, delivery, policy);
  const wake = createReader(store, delivery, ports);
  const services = { ingest, delivery, wake, standing, entrance, quotas, load };
  return { ...services, ...ports, equation: portableEquation };
}

const hello: Hello = {
  version: 1,
  name: "relay.example:443",
  software: "test",
  challenge: new Uint8Array(32),
  store: new Uint8Array(16),
  position: 0,
  time: now,
  limits: defaultLimits,
};

const mine = { mailboxes: [mailbox.signer.publicKey] };
const mebibyte = 1024 * 1024;

test("what lies unsent for a subscriber stays under a bound, and it gets everything when it reads again", async () => {
  const relay = relayParts();
  const { socket, drain, taken, most } = stuckSocket();
  const conversation = converse(socket, hello, relay);
  conversation.received(encodeFrame(["authenticate", 1, ...proof(hello, mailbox.signer)]), true);
  conversation.received(encodeFrame(["subscribe", 1, mine, fromStart]), true);
  const messages = await largeSealed(200);
  const from = relay.quotas.origin(undefined);
  for (const { bytes } of messages) await relay.ingest(bytes, from);
  expect(most()).toBeGreaterThan(mebibyte / 2);
  expect(most()).toBeLessThan(mebibyte + 40_000);
  const positions = () => taken.flatMap((frame) => (frame[0] === "message" ? [frame[2]] : []));
  while (positions().length < messages.length) {
    drain();
    conversation.drained();
    await nodeTimers.turn();
  }
  expect(positions()).toEqual(messages.map((_, i) => i + 1));
  expect(most()).toBeLessThan(mebibyte + 40_000);
});

test("a client that asks and does not read the answers is not read from either", async () => {
  const relay = relayParts();
  const { socket, drain } = stuckSocket();
  const conversation = converse(socket, hello, relay);
  const request = encodeFrame(["publish", 1, new Uint8Array(0)]);
  let asked = 0;
  while (!socket.paused) {
    for (let i = 0; i < 100; i++) conversation.received(request, true);
    asked += 100;
    await nodeTimers.turn();
  }
  expect(asked).toBeGreaterThan(1000);
  drain();
  conversation.drained();
  expect(socket.paused).toBe(false);
});

test("a client that publishes faster than the disk is read from no further until it is answered", async () => {
  const relay = relayParts();
  const { socket } = stuckSocket();
  const conversation = converse(socket, hello, relay);
  const messages = await largeSealed(40);
  messages.forEach(({ bytes }, i) => {
    conversation.received(encodeFrame(["publish", i + 1, bytes]), true);
  });
  expect(socket.paused).toBe(true);
  while (socket.paused) await nodeTimers.turn();
});

test("over a real socket, one that stops reading delays nobody else and misses nothing", async () => {
  const { connect } = await serve(stack);
  const [slow, quick, writer] = [await connect(), await connect(), await connect()];
  for (const client of [slow, quick]) {
    client.send("authenticate", 1, ...proof(client.hello, mailbox.signer));
    client.send("subscribe", 1, mine, fromStart);
    await client.next("caughtUp");
  }
  slow.webSocket.pause();
  const messages = await largeSealed(600);
  for (const [i, { bytes }] of messages.entries()) {
    writer.send("publish", i + 1, bytes);
    await writer.next("accepted");
  }
  const expected = messages.map((_, i) => i + 1);
  const positionsOf = (frames: readonly (readonly [string, number, number, ...unknown[]])[]) =>
    frames.map(([, , position]) => position);
  expect(positionsOf(await quick.take(600, "message"))).toEqual(expected);
  slow.webSocket.resume();
  expect(positionsOf(await slow.take(600, "message"))).toEqual(expected);
});
