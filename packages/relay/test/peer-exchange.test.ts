/** Relays that know one other come to know more, and are not led astray. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signerFromSeed, toBase64url, toHex } from "@intentcast/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loopbackAddress } from "../src/adapters/loopback-gossip.ts";
import { decodePeersFrame, encodePeersFrame } from "../src/core/peers-frame.ts";
import { type Statement, writeRelayRecord } from "../src/core/relay-record.ts";
import { allTopics, type Channel, type Gossip } from "../src/ports/gossip.ts";
import type { RelayConfig } from "../src/relay.ts";
import { now } from "./messages.ts";
import { type LoopbackHouse, loopbackHouse, type Neighbour, until } from "./neighbourhood.ts";
import { passingTimers, temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
let house: LoopbackHouse;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  house = loopbackHouse(stack);
});
afterEach(() => stack.disposeAsync());

const seedOf = (number: number) => new Uint8Array(32).fill(number);
const signerOf = (number: number) => signerFromSeed(seedOf(number));
const nameOf = (number: number) => toHex(signerOf(number).publicKey);

const relay = (number: number, joins: readonly number[], { network, ...config }: RelayConfig = {}) =>
  house.relay(nameOf(number), joins.map(nameOf), {
    ...config,
    network: { identity: seedOf(number), seek: 8, ...network },
  });

const statusOf = ({ relay: { network } }: Neighbour) => {
  const status = network();
  if (status === undefined) throw new Error("it is in no network");
  return status;
};
const peersOf = (one: Neighbour) =>
  statusOf(one)
    .peers.map(({ id }) => id)
    .sort();
const names = (...numbers: readonly number[]) => numbers.map(nameOf).sort();

/** A record of the relay by that number, which is where nobody may be. */
const recordOf = (number: number, over: Partial<Statement> = {}): Uint8Array =>
  writeRelayRecord(
    {
      network: "public",
      addresses: [loopbackAddress(nameOf(number))],
      issued: now,
      expires: now + 3600,
      ...over,
    },
    signerOf(number),
  ).bytes;

/** A node that speaks for itself, and answers whoever asks with these records. */
async function stranger(number: number, records: readonly Uint8Array[] = []): Promise<Gossip> {
  const answer = async (channel: Channel) => {
    await channel.receive();
    await channel.send(encodePeersFrame(records));
    await channel.close();
  };
  const gossip = await house.network.place(nameOf(number))(
    { topics: allTopics, purposes: ["peers/1"] },
    {
      admits: () => true,
      connected: () => {},
      disconnected: () => {},
      received: () => ({ taken: Promise.resolve(), verdict: Promise.resolve("ignore" as const) }),
      opened: (_purpose, channel) => void answer(channel).catch(() => {}),
    },
  );
  stack.defer(() => gossip.stop());
  return gossip;
}

/** Says a frame to a relay and takes its answer: the records in it, or undefined where it answers nothing. */
async function exchange(gossip: Gossip, number: number, frame: Uint8Array) {
  const channel = await gossip.open(nameOf(number), "peers/1");
  try {
    await channel.send(frame);
    const answer = await channel.receive();
    const records = answer && decodePeersFrame(answer);
    return records?.ok === true ? records.value : undefined;
  } catch {
    return undefined;
  }
}

describe("relays that know one of them", () => {
  test("are all connected in the end, and say how many others they know", async () => {
    const first = await relay(1, []);
    const others = [await relay(2, [1]), await relay(3, [1]), await relay(4, [1])];
    await until(() => [first, ...others].every((one) => statusOf(one).peers.length === 3));
    expect(peersOf(others[2] as Neighbour)).toEqual(names(1, 2, 3));
    expect(statusOf(first).known).toBe(3);
  });

  test("seek no more peers than they want, and have those that they join all the same", async () => {
    await relay(1, []);
    const many = await Promise.all([2, 3, 4].map((number) => relay(number, [1])));
    await until(() => many.every((one) => statusOf(one).peers.length === 3));
    const modest = await relay(5, [1], { network: { seek: 1 } });
    await until(() => statusOf(modest).known >= 3);
    expect(peersOf(modest)).toEqual([nameOf(1)]);
  });

  test("neither tell nor are told where they seek nobody", async () => {
    const [first, silent] = [await relay(1, []), await relay(2, [1], { network: { seek: 0 } })];
    const third = await relay(3, [1, 2]);
    expect([statusOf(silent).known, peersOf(silent)]).toEqual([0, names(1, 3)]);
    await until(() => statusOf(first).known === 1);
    expect(statusOf(third).known).toBe(1);
  });

  test("find their network again after a restart, with nobody to join", async () => {
    const data = await temporaryFolder(stack);
    await relay(1, []);
    await relay(2, [1]);
    const before = await relay(3, [1], { data });
    await until(() => peersOf(before).length === 2);
    await before.relay.stop();
    const after = await relay(3, [], { data });
    await until(() => peersOf(after).length === 2);
    expect(peersOf(after)).toEqual(names(1, 2));
  });

  test("read of a damaged list what there is to read", async () => {
    const data = await temporaryFolder(stack);
    await relay(1, []);
    const lines = ["mars AAAA", "site !!!!", "machine", `machine ${toBase64url(recordOf(1))}`, "site AAAA"];
    await writeFile(join(data, "known-relays"), lines.join("\n"));
    const after = await relay(3, [], { data });
    await until(() => peersOf(after).length === 1);
    expect(statusOf(after).known).toBe(1);
  });
});

describe("what a peer tells", () => {
  const tampered = recordOf(9);
  tampered[tampered.length - 1] = (tampered.at(-1) ?? 0) ^ 1;

  test.each([
    ["is no frame", Uint8Array.of(0xff)],
    ["is no list", Uint8Array.of(0x01)],
    ["is a record that is none", encodePeersFrame([Uint8Array.of(0x80)])],
    ["was changed", encodePeersFrame([tampered])],
    ["names another's address", encodePeersFrame([recordOf(9, { addresses: [loopbackAddress(nameOf(8))] })])],
    ["is one bad record behind good ones", encodePeersFrame([recordOf(8), recordOf(7), tampered])],
  ])("is held against it when it %s, and the second time it is denied", async (_, frame) => {
    const timers = passingTimers();
    const first = await relay(1, [], { timers });
    const gossip = await stranger(2);
    await gossip.dial(loopbackAddress(nameOf(1)));
    expect(await exchange(gossip, 1, frame)).toHaveLength(1);
    expect(statusOf(first).denied).toBe(0);
    timers.pass(5000);
    await exchange(gossip, 1, frame);
    await until(() => gossip.peers().length === 0);
    expect(statusOf(first).denied).toBe(1);
  });

  test.each([
    ["is of another network", recordOf(9, { network: "elsewhere" })],
    ["has expired", recordOf(9, { issued: now - 7200, expires: now - 3600 })],
    ["is not yet valid", recordOf(9, { issued: now + 3600, expires: now + 7200 })],
    ["would live too long", recordOf(9, { expires: now + 90_000 })],
    ["is the relay's own", recordOf(1)],
  ])("is passed over when it %s", async (_, record) => {
    const first = await relay(1, []);
    const gossip = await stranger(2);
    await gossip.dial(loopbackAddress(nameOf(1)));
    expect(await exchange(gossip, 1, encodePeersFrame([record]))).toHaveLength(1);
    expect([statusOf(first).known, statusOf(first).denied]).toEqual([0, 0]);
  });

  test("is not told on before the relay that it is about was met", async () => {
    await relay(1, []);
    const gossip = await stranger(2);
    await gossip.dial(loopbackAddress(nameOf(1)));
    await exchange(gossip, 1, encodePeersFrame([recordOf(2), recordOf(9)]));
    const other = await stranger(3);
    await other.dial(loopbackAddress(nameOf(1)));
    const told = await exchange(other, 1, encodePeersFrame([]));
    expect(told?.map(toHex)).toContain(toHex(recordOf(2)));
    expect(told).toHaveLength(2);
  });

  test("is answered once in five seconds", async () => {
    const timers = passingTimers();
    await relay(1, [], { timers });
    const gossip = await stranger(2);
    await gossip.dial(loopbackAddress(nameOf(1)));
    const ask = () => exchange(gossip, 1, encodePeersFrame([]));
    expect(await ask()).toHaveLength(1);
    timers.pass(4999);
    expect(await ask()).toBeUndefined();
    timers.pass(1);
    expect(await ask()).toHaveLength(1);
  });

  test("is waited for no longer than ten seconds", async () => {
    const timers = passingTimers();
    await relay(1, [], { timers });
    const gossip = await stranger(2);
    await gossip.dial(loopbackAddress(nameOf(1)));
    const channel = await gossip.open(nameOf(1), "peers/1");
    const answer = channel.receive().catch(() => "broken");
    await new Promise(setImmediate);
    timers.pass(10_000);
    expect(await answer).toBe("broken");
  });

  test("is asked for each minute", async () => {
    const timers = passingTimers();
    const first = await relay(1, [], { timers });
    const gossip = await stranger(2, [recordOf(2), recordOf(9)]);
    await gossip.dial(loopbackAddress(nameOf(1)));
    expect(statusOf(first).known).toBe(0);
    timers.pass(60_000);
    await until(() => statusOf(first).known === 2);
  });
});
