/** Relays that were apart find out what the other lacks, and fetch it. */
import { toHex } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Carry, LoopbackNetwork, loopbackAddress } from "../src/adapters/loopback-gossip.ts";
import { memoryStore } from "../src/adapters/memory-store.ts";
import { decodeSyncFrame, encodeSyncFrame, isReconciling, type SyncFrame } from "../src/core/sync-frame.ts";
import { allTopics, type Channel, type Gossip, type Peer } from "../src/ports/gossip.ts";
import type { Store } from "../src/ports/store.ts";
import { admitted, close, forged, intent, now, profile, sealed } from "./messages.ts";
import { heldBy, type LoopbackHouse, loopbackHouse, type Neighbour, until } from "./neighbourhood.ts";
import { publish } from "./serving.ts";

let stack: AsyncDisposableStack;
let house: LoopbackHouse;
let carry: Carry = (_link, arrive) => queueMicrotask(arrive);
beforeEach(() => {
  stack = new AsyncDisposableStack();
  carry = (_link, arrive) => queueMicrotask(arrive);
  house = loopbackHouse(stack, new LoopbackNetwork((link, arrive) => carry(link, arrive)));
});
afterEach(() => stack.disposeAsync());

type Messages = readonly Parameters<typeof admitted>[0][];

async function holding(name: string, messages: Messages): Promise<Store> {
  const store = memoryStore(seededRandom(name));
  await store.append(messages.map((message) => admitted(message)));
  return store;
}

const relay = async (name: string, joins: readonly string[], messages: Messages, config = {}) =>
  house.relay(name, joins, { store: await holding(name, messages), quotas: "off", ...config });

const closes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => close(from + i, { issued: now - ((from + i) % 90) }));

const syncOf = ({ relay: { network } }: Neighbour) => {
  const status = network();
  if (status === undefined) throw new Error("it is in no network");
  return { ...status.sync, peers: status.peers };
};

const atRest = (...relays: readonly Neighbour[]) =>
  until(() => relays.every((one) => syncOf(one).ready && syncOf(one).underWay === 0));

describe("two relays that were apart", () => {
  test("hold the same after they have met, whatever the kind, and have sent each message once", async () => {
    const common = closes(0, 300);
    const [left, right] = [
      await relay("left", [], [...common, ...closes(300, 400), intent(1, "shopify/bt/15"), profile(1)]),
      await relay(
        "right",
        ["left"],
        [...common, ...closes(400, 450), await sealed(1), intent(2, "shopify/fb")],
      ),
    ];
    await house.agree([left, right], 300 + 100 + 2 + 50 + 2);
    await atRest(left, right);
    expect(syncOf(left).counts).toMatchObject({ fetched: 52, served: 102, broken: 0 });
    expect(syncOf(right).counts).toMatchObject({ fetched: 102, served: 52, broken: 0 });
    expect(syncOf(right).peers[0]?.sync).toMatchObject({
      last: { outcome: "whole" },
      fetched: 102,
      served: 52,
    });
    expect(syncOf(left).items.find(({ topic }) => topic === "close")?.count).toBe(450);
  });

  test("take more than one answer has room for", async () => {
    const [left, right] = [await relay("left", [], closes(0, 3000)), await relay("right", ["left"], [])];
    await house.agree([left, right], 3000);
  });

  test("deliver to subscribers what they fetch", async () => {
    const right = await relay("right", [], []);
    const client = await right.connect();
    client.send("subscribe", 1, { kinds: ["close"] }, { live: true, credit: 100 });
    await client.take(1, "caughtUp");
    const left = await relay("left", ["right"], closes(0, 20));
    const delivered = await client.take(20, "message");
    expect(delivered).toHaveLength(20);
    await atRest(left, right);
  });

  test("do not fetch what gossip has brought", async () => {
    const [left, right] = [await relay("left", [], []), await relay("right", ["left"], [])];
    await until(() => syncOf(right).counts.conversations === 1);
    await publish(await left.connect(), close(1));
    await house.agree([left, right], 1);
    expect(syncOf(right).counts.fetched).toBe(0);
    expect(syncOf(right).items.find(({ topic }) => topic === "close")?.count).toBe(1);
  });

  test("offer nothing that has expired, nor a profile that was replaced", async () => {
    const stale = close(1, { issued: now - 20, expires: now - 10 });
    const store = await holding("left", [profile(1, { issued: now - 5 }), profile(2), close(2)]);
    await store.append([admitted(stale, now - 15)]);
    const left = await house.relay("left", [], { store });
    const right = await relay("right", ["left"], []);
    await house.agree([left, right], 2);
    await atRest(left, right);
    expect(syncOf(left).counts.served).toBe(2);
    expect(await heldBy(left.store)).not.toContain(toHex(stale.id));
  });

  test("exchange what both carry, and nothing else", async () => {
    const messages = [intent(1, "shopify/bt/15"), intent(2, "shopify/fb/1"), close(1)];
    const left = await relay("left", [], messages);
    const right = await relay("right", ["left"], [], { carry: ["shopify/bt"] });
    await until(async () => (await heldBy(right.store)).length === 2);
    await atRest(left, right);
    expect(await heldBy(right.store)).toEqual(
      [messages[0], messages[2]].map((one) => toHex(one?.id ?? new Uint8Array())).sort(),
    );
    expect(syncOf(left).counts.served).toBe(2);
    expect(syncOf(right).peers[0]?.sync.last?.outcome).toBe("whole");
  });

  test("go on where a conversation broke off", async () => {
    const left = await relay("left", [], closes(0, 2500));
    let arrivals = 0;
    carry = ({ from }, arrive) => {
      // The third answer, and all after it, is lost with the line.
      if (from === "left") arrivals += 1;
      if (arrivals < 50) queueMicrotask(arrive);
    };
    const right = await relay("right", ["left"], []);
    await until(() => arrivals >= 50);
    const before = (await heldBy(right.store)).length;
    carry = (_link, arrive) => queueMicrotask(arrive);
    await right.relay.stop();
    const again = await house.relay("right", ["left"], { store: right.store, quotas: "off" });
    await house.agree([left, again], 2500);
    expect(syncOf(again).counts.fetched).toBe(2500 - before);
  });

  test("wait where one of them has no room for more yet", async () => {
    const left = await relay("left", [], closes(0, 300));
    const right = await relay("right", ["left"], [], { quotas: { peer: { perSecond: 200, burst: 100 } } });
    right.clock.advance(1);
    const passing = setInterval(() => right.clock.advance(1), 50);
    stack.defer(() => clearInterval(passing));
    await house.agree([left, right], 300);
  });
});

test("what a relay fetches goes on to the others that it knows", async () => {
  const far = await relay("far", [], []);
  const middle = await relay("middle", ["far"], []);
  await atRest(far, middle);
  const left = await relay("left", ["middle"], closes(0, 50));
  await house.agree([far, middle, left], 50);
});

describe("a peer that breaks the rules of a sync", () => {
  type Script = (channel: Channel) => Promise<void>;

  /** A node of the network that follows a script on each channel that a relay opens to it. */
  async function stranger(script: Script): Promise<Gossip> {
    const nothing = { taken: Promise.resolve(), verdict: Promise.resolve("ignore" as const) };
    const gossip = await house.network.place("stranger")(
      { topics: allTopics, purposes: ["sync/1"] },
      {
        admits: () => true,
        connected: (_: Peer) => {},
        disconnected: () => {},
        received: () => nothing,
        opened: (_purpose, channel) => void script(channel).catch(() => {}),
      },
    );
    stack.defer(() => gossip.stop());
    return gossip;
  }

  const say = (channel: Channel, ...frame: SyncFrame) => channel.send(encodeSyncFrame(frame));

  /** Begins conversations, each with these bytes, until the relay speaks to it no more. */
  async function insist(left: Neighbour, gossip: Gossip, frames: readonly (Uint8Array | SyncFrame)[]) {
    for (let i = 0; i < 10 && gossip.peers().length > 0; i++) {
      const channel = await gossip.open("left", "sync/1");
      const over = (async () => {
        while ((await channel.receive()) !== undefined);
      })().catch(() => {});
      for (const frame of frames) {
        await channel.send(frame instanceof Uint8Array ? frame : encodeSyncFrame(frame)).catch(() => {});
      }
      await over;
      await atRest(left);
    }
  }

  const nonsense: readonly (readonly [string, readonly (Uint8Array | SyncFrame)[]])[] = [
    ["says what is no frame", [Uint8Array.of(0x80)]],
    ["compares before it names a topic", [Uint8Array.of(0x61)]],
    ["wants something before it names a topic", [["want", [new Uint8Array(32)]]]],
    [
      "begins a topic in another",
      [
        ["topic", "close"],
        ["topic", "profile"],
      ],
    ],
    [
      "answers what was not asked",
      [
        ["topic", "close"],
        ["messages", 1, [close(1).bytes]],
      ],
    ],
    ["wants something after its end", [["topic", "close"], ["end"], ["want", [new Uint8Array(32)]]]],
    ["ends twice", [["topic", "close"], Uint8Array.of(0x61, 0), ["end"], ["end"], ["end"]]],
  ];

  test.each(nonsense)("is denied when it %s, again and again", async (_, frames) => {
    const left = await relay("left", [], closes(0, 40));
    const gossip = await stranger(async (channel) => channel.abort());
    await gossip.dial(loopbackAddress("left"));
    await insist(left, gossip, frames);
    expect(gossip.peers()).toEqual([]);
    expect(left.relay.network()?.denied).toBe(1);
  });

  /** Claims to have one message more than the relay, and answers whatever is wanted with these. */
  const serving =
    (answer: readonly Uint8Array[]): Script =>
    async (channel) => {
      for (;;) {
        const bytes = await channel.receive();
        if (bytes === undefined) return;
        if (isReconciling(bytes)) continue;
        const frame = decodeSyncFrame(bytes);
        if (!frame.ok) throw new Error(frame.error.code);
        if (frame.value[0] === "topic") {
          const claimed = frame.value[1] === "close" ? [close(7).id] : [];
          // Findings: what it has, and nothing that it lacks; then it is through.
          const findings = Uint8Array.from([0x01, claimed.length, ...claimed.flatMap((id) => [...id]), 0]);
          await channel.send(findings);
          await channel.send(Uint8Array.of(0x61));
          await say(channel, "end");
        }
        if (frame.value[0] === "want") await say(channel, "messages", frame.value[1].length, answer);
      }
    };

  test.each([
    ["another message than was asked for", [close(8).bytes], "breach"],
    ["what is no message", [Uint8Array.of(1, 2, 3)], "breach"],
    ["more than was asked for", [close(7).bytes, close(8).bytes], "breach"],
    ["a forgery", [forged(close(7))], "whole"],
    ["nothing of what it claimed to have", [], "whole"],
  ] as const)("is found out when it serves %s", async (_, answer, outcome) => {
    const over = Promise.withResolvers<void>();
    await stranger((channel) => serving(answer)(channel).finally(over.resolve));
    const left = await relay("left", ["stranger"], closes(20, 40));
    await over.promise;
    await atRest(left);
    const [peer] = syncOf(left).peers;
    expect(peer?.sync.last?.outcome).toBe(outcome);
    expect(peer?.frames.reject).toBe(outcome === "whole" && answer.length > 0 ? 1 : 0);
    expect(await left.store.has(close(8).id)).toBe(false);
    expect(await left.store.has(close(7).id)).toBe(false);
  });
});
