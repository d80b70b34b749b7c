/** The network on libp2p: the contract, over real TCP. */
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { libp2pGossip } from "../src/adapters/libp2p/gossip.ts";
import { silentLog } from "../src/ports/log.ts";
import { gossipContract } from "./gossip-contract.ts";

export const libp2pPlace = (over: Partial<Parameters<typeof libp2pGossip>[0]> = {}) =>
  libp2pGossip({
    seed: new Uint8Array(randomBytes(32)),
    network: "test",
    listen: ["/ip4/127.0.0.1/tcp/0"],
    announce: [],
    key: undefined,
    connections: 16,
    connectionsPerIp: 4,
    log: silentLog,
    ...over,
  });

gossipContract("the network on libp2p", () => () => libp2pPlace());

describe("networks on libp2p", () => {
  let stack: AsyncDisposableStack;
  beforeEach(() => {
    stack = new AsyncDisposableStack();
  });
  afterEach(() => stack.disposeAsync());

  async function join(over: Parameters<typeof libp2pPlace>[0]) {
    const texts: string[] = [];
    const verdict = Promise.resolve("accept" as const);
    const gossip = await libp2pPlace(over)(
      { topics: ["close"], purposes: [] },
      {
        admits: () => true,
        connected: () => {},
        disconnected: () => {},
        received: (_, frame) => {
          texts.push(new TextDecoder().decode(frame));
          return { taken: Promise.resolve(), verdict };
        },
        opened: () => {},
      },
    );
    stack.defer(() => gossip.stop());
    return { gossip, texts };
  }
  type Member = Awaited<ReturnType<typeof join>>;

  const dial = (from: Member, to: Member) => from.gossip.dial(to.gossip.addresses()[0] ?? "");
  const meshOf = ({ gossip }: Member) => gossip.topics()[0]?.mesh ?? 0;
  const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 20_000, interval: 10 });
  const say = ({ gossip }: Member, text: string) => gossip.publish("close", new TextEncoder().encode(text));

  const keyOf = (digit: string) =>
    new TextEncoder().encode(`/key/swarm/psk/1.0.0/\n/base16/\n${digit.repeat(64)}\n`);

  test("a relay that listens nowhere is told, and tells, all the same", async () => {
    const [inside, outside] = [await join({ listen: [] }), await join({})];
    expect(inside.gossip.addresses()).toEqual([]);
    await dial(inside, outside);
    await until(() => meshOf(inside) === 1 && meshOf(outside) === 1);
    say(inside, "from within");
    say(outside, "from without");
    await until(() => inside.texts.length === 1 && outside.texts.length === 1);
    expect([inside.texts, outside.texts]).toEqual([["from without"], ["from within"]]);
  });

  test("of one key hear each other, and nobody else can so much as shake hands", async () => {
    const key = keyOf("1");
    const [one, other] = [await join({ key }), await join({ key })];
    const strangers = [await join({ key: keyOf("2") }), await join({})];
    await dial(one, other);
    for (const stranger of strangers) {
      await expect(dial(stranger, one)).rejects.toThrow();
      await expect(dial(one, stranger)).rejects.toThrow();
    }
    await until(() => meshOf(one) === 1 && meshOf(other) === 1);
    say(one, "inside");
    await until(() => other.texts.length === 1);
    expect(strangers.map(({ texts }) => texts)).toEqual([[], []]);
  });

  test("of two names share no topic, also where they are connected", async () => {
    const [one, neighbour] = [await join({ network: "a" }), await join({ network: "a" })];
    const other = await join({ network: "b" });
    await dial(one, other);
    await dial(one, neighbour);
    await until(() => meshOf(one) === 1 && meshOf(neighbour) === 1);
    say(one, "for a");
    await until(() => neighbour.texts.length === 1);
    expect([other.texts, meshOf(other)]).toEqual([[], 0]);
  });
});
