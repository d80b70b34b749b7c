/** What it costs to carry a message from one relay to the next, by libp2p and gossipsub, and how long it is on its way. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFrame, type Signed } from "@intentcast/protocol";
import { verifySpeeds } from "../harness/baselines.ts";
import type { Child } from "../harness/child.ts";
import { type Context, sized, startRelay } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { type LeanSocket, wireFrame } from "../harness/lean-socket.ts";
import { everyIntent, intents } from "../harness/messages.ts";
import { paced, pipelinedOver, publishFrame } from "../harness/publishing.ts";
import { onDelivery, openAtRelay, openMany, subscribeLive } from "../harness/relay-connection.ts";
import { percentile } from "../harness/statistics.ts";

const perSecond = 200;
const publishers = 16;
const window = 32;

/** Granted anew whenever so many messages have come; a subscription begins with twice as many. */
const credit = 5000;
const moreCredit = wireFrame(encodeFrame(["credit", 1, credit]));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Whether a relay passes frames of every topic on to another. */
async function isMeshed({ port }: Child): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/network`);
  const { network } = (await answer.json()) as { network: { topics: readonly { mesh: number }[] } };
  return network.topics.every(({ mesh }) => mesh > 0);
}

/** Two relays of which the second has joined the first, once gossip flows between them. */
async function pair(context: Context, stack: AsyncDisposableStack): Promise<readonly [Child, Child]> {
  const listen = `/ip4/127.0.0.1/tcp/${await freePort()}`;
  const network = { name: "bench", seek: 0 };
  const first = await startRelay(context, stack, { network: { ...network, listen: [listen] } });
  const second = await startRelay(context, stack, { network: { ...network, join: [listen] } });
  while (!((await isMeshed(first)) && (await isMeshed(second)))) await sleep(50);
  return [first, second];
}

/** When messages arrive at a subscriber, each by the end of its signature, which is the end of its frame. */
class Arrivals {
  readonly atMs = new Map<string, number>();
  #wanted = Number.POSITIVE_INFINITY;
  #settle: () => void = () => {};

  constructor(socket: LeanSocket) {
    onDelivery(socket, (payload) => {
      this.atMs.set(nameOf(payload), performance.now());
      if (this.atMs.size % credit === 0) socket.send(moreCredit);
      if (this.atMs.size >= this.#wanted) this.#settle();
    });
  }

  /** Resolves when so many have come in all. */
  async reach(count: number): Promise<void> {
    if (this.atMs.size >= count) return;
    this.#wanted = count;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
  }

  of = ({ bytes }: Signed): number => this.atMs.get(nameOf(bytes)) ?? Number.NaN;
}

const nameOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(-16)).toString("latin1");

async function subscriberAt(relay: Child, stack: AsyncDisposableStack): Promise<Arrivals> {
  const subscriber = await openAtRelay(relay, stack);
  await subscribeLive(subscriber, everyIntent);
  return new Arrivals(subscriber.socket);
}

/** At a moderate rate. */
async function onTheWay(context: Context, messages: readonly Signed[], warmUp: number): Promise<Sample[]> {
  await using stack = new AsyncDisposableStack();
  const [first, second] = await pair(context, stack);
  const [near, far] = [await subscriberAt(first, stack), await subscriberAt(second, stack)];
  const { socket } = await openAtRelay(first, stack);
  const { sentAt } = await paced(socket, messages.map(publishFrame), perSecond);
  await Promise.all([near.reach(messages.length), far.reach(messages.length)]);
  const measured = messages.slice(warmUp);
  const nearMs = measured.map((message, i) => near.of(message) - (sentAt[warmUp + i] as number));
  const farMs = measured.map((message, i) => far.of(message) - (sentAt[warmUp + i] as number));
  const hopMs = measured.map((message) => far.of(message) - near.of(message));
  const against = { name: "publish → subscriber of the same relay, p50", value: percentile(nearMs, 0.5) };
  return [
    {
      what: `${perSecond}/s: publish → subscriber of the next relay, p50`,
      value: percentile(farMs, 0.5),
      unit: "ms",
      against,
    },
    { what: `${perSecond}/s: hop, p50`, value: percentile(hopMs, 0.5), unit: "ms" },
    { what: `${perSecond}/s: hop, p99`, value: percentile(hopMs, 0.99), unit: "ms" },
  ];
}

type Load = { readonly warmUp: readonly Signed[]; readonly messages: readonly Signed[] };

/** Publishes at the first of these relays as fast as it goes, until subscribers of all have been shown everything. */
async function carried(relays: readonly Child[], { warmUp, messages }: Load, stack: AsyncDisposableStack) {
  const [first] = relays as [Child];
  const arrivals = await Promise.all(relays.map((relay) => subscriberAt(relay, stack)));
  const sockets = (await openMany(publishers, first, stack)).map(({ socket }) => socket);
  async function publish(some: readonly Signed[], expected: number): Promise<void> {
    await pipelinedOver(sockets, some.map(publishFrame), window);
    await Promise.all(arrivals.map((one) => one.reach(expected)));
  }
  await publish(warmUp, warmUp.length);
  const before = await Promise.all(relays.map((relay) => relay.usage("after collecting garbage")));
  const start = performance.now();
  await publish(messages, warmUp.length + messages.length);
  const seconds = (performance.now() - start) / 1000;
  const after = await Promise.all(relays.map((relay) => relay.usage()));
  const cpuPerThousand = after.map(
    ({ cpuSeconds }, i) => ((cpuSeconds - (before[i]?.cpuSeconds ?? 0)) * 1000) / messages.length,
  );
  return { perSecond: messages.length / seconds, cpuPerThousand };
}

/** As fast as it goes: what a relay spends that passes messages on, and one that is passed them, beside one that is alone. */
async function atLoad(context: Context, load: Load): Promise<Sample[]> {
  const { raw } = await verifySpeeds(context);
  await using stack = new AsyncDisposableStack();
  const alone = await carried([await startRelay(context, stack)], load, stack);
  const both = await carried(await pair(context, stack), load, stack);
  const [ofAlone = 0] = alone.cpuPerThousand;
  const [ofFirst = 0, ofSecond = 0] = both.cpuPerThousand;
  const against = { name: "a relay alone that clients publish to", value: ofAlone };
  return [
    {
      what: "at load: rate",
      value: both.perSecond,
      unit: "messages/s",
      against: { name: "the same relay alone", value: alone.perSecond },
    },
    { what: "at load: CPU of the relay that passes on", value: ofFirst, unit: "CPU-s per 1k", against },
    { what: "at load: CPU of the relay that is passed", value: ofSecond, unit: "CPU-s per 1k", against },
    {
      what: "at load: more than two relays alone spend on the message",
      value: (ofFirst + ofSecond - 2 * ofAlone) * 1000,
      unit: "CPU-µs a message",
      against: { name: "bare verify", value: raw.cpuPerThousand * 1000 },
    },
  ];
}

export const gossip: Figure = {
  name: "gossip",
  title: "Gossip from one relay to the next",
  async prepare(context) {
    const calm = sized(context, 10 * perSecond, perSecond);
    const heavy = sized(context, 20_000, 1000);
    const warmUp = sized(context, 10_000, 500);
    context.progress(`signing ${calm + perSecond + heavy + warmUp} intents`);
    const steady = intents(perSecond + calm, "gossip steady");
    const load: Load = { warmUp: intents(warmUp, "gossip warm"), messages: intents(heavy, "gossip load") };
    return async () => {
      context.progress(`${perSecond} a second`);
      const calmly = await onTheWay(context, steady, perSecond);
      context.progress("as fast as it goes");
      return [...calmly, ...(await atLoad(context, load))];
    };
  },
};
