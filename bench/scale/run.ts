/** One run of the model: messages are published, and what came of each at each relay is counted. */
import type { Signed } from "@intentcast/protocol";
import { admit } from "../../packages/relay/src/core/admit.ts";
import { carriageOf } from "../../packages/relay/src/core/carriage.ts";
import { defaultLimits } from "../../packages/relay/src/core/limits.ts";
import { percentile } from "../harness/statistics.ts";
import { type Dice, diceOf, share } from "../market/draw.ts";
import { EventQueue } from "./event-queue.ts";
import { type Copies, GossipNetwork } from "./gossip-network.ts";
import { heal } from "./healing.ts";
import { intentTopics, type Published } from "./load.ts";
import { drawOverlay, someOf } from "./overlay.ts";
import type { Settings } from "./settings.ts";

/** Until meshes have settled, and after the last message until nothing more is to be expected of gossip. */
const settleMs = 3000;
const drainMs = 15_000;

export type Load = {
  readonly messages: readonly Published[];
  /** Published in the whole network, at moments that chance spreads. */
  readonly perSecond: number;
};

export type Carried = {
  readonly hops: number;
  /** From publishing until a relay has stored it: over all deliveries at other relays than the first. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  /** Copies of what was there already, for each delivery. */
  readonly duplicates: number;
  /** Messages times relays that did not get them. */
  readonly missing: number;
  readonly copies: Copies;
  /** Of one relay and message, sent. */
  readonly bytesOut: number;
  readonly mostBytesOut: number;
  /** Besides messages, of one relay and message. */
  readonly controlBytesOut: number;
  /** Of one relay and message. */
  readonly cpuUs: number;
  readonly mostCpuUs: number;
  /** The longest that anything waited for a core. */
  readonly longestWaitMs: number;
};

/** Lets a load run through a network from its start to its end. */
export function carry(settings: Settings, load: Load): Carried {
  const { network, queue, latencies, hops } = start(settings);
  const dice = diceOf(settings.seed, "load", settings.relays);
  const endMs = publishAll(network, queue, load, dice, () => dice.below(settings.relays));
  queue.runUntil(endMs + drainMs);
  const relays = network.relays.length;
  const count = load.messages.length;
  const { first, duplicate } = network.copies;
  const mean = (of: (relay: (typeof network.relays)[number]) => number) =>
    network.relays.reduce((sum, relay) => sum + of(relay), 0) / relays;
  const most = (of: (relay: (typeof network.relays)[number]) => number) =>
    Math.max(...network.relays.map(of));
  return {
    hops: hops.reduce((sum, one) => sum + one, 0) / hops.length,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    slowestMs: percentile(latencies, 1),
    duplicates: duplicate / first,
    missing: relays * count - count - first,
    copies: { ...network.copies },
    bytesOut: mean((relay) => relay.bytesOut - relay.controlBytesOut) / count,
    mostBytesOut: most((relay) => relay.bytesOut - relay.controlBytesOut) / count,
    controlBytesOut: mean((relay) => relay.controlBytesOut) / count,
    cpuUs: mean((relay) => relay.busyUs) / count,
    mostCpuUs: most((relay) => relay.busyUs) / count,
    longestWaitMs: most((relay) => relay.longestWaitMs),
  };
}

export type Recovered = {
  /** Relays in the part that was cut off. */
  readonly apart: number;
  /** Messages times relays that did not get them: when the cut ended, after gossip had its time, after reconciliation. */
  readonly missingAtEnd: number;
  readonly missingAfterGossip: number;
  readonly missingAfterRounds: number;
  /** Rounds in which every relay reconciles with two of its peers. */
  readonly rounds: number;
  readonly frameBytes: number;
  readonly messageBytes: number;
};

/** A tenth of the relays, and at least one, is cut off while messages are published; then the cut ends. */
export function recover(
  settings: Settings,
  messages: readonly Published[],
  cutSeconds = 30,
  mostRounds = 8,
): Recovered {
  const { network, queue, overlay } = start(settings);
  const dice = diceOf(settings.seed, "recovery", settings.relays);
  const { relays } = settings;
  const apart = new Set(someOf([...Array(relays).keys()], Math.max(1, Math.floor(relays / 10)), dice));
  queue.runUntil(settleMs);
  network.cut((from, to) => apart.has(from) !== apart.has(to));
  const endMs = publishAll(network, queue, { messages, perSecond: messages.length / cutSeconds }, dice, () =>
    dice.below(relays),
  );
  queue.runUntil(endMs);
  const missing = () =>
    network.relays.reduce(
      (sum, _, relay) => sum + messages.filter((one) => !network.has(relay, one)).length,
      0,
    );
  const missingAtEnd = missing();
  network.cut(() => false);
  queue.runUntil(endMs + drainMs);
  const missingAfterGossip = missing();
  let [rounds, frameBytes, messageBytes] = [0, 0, 0];
  while (rounds < mostRounds && missing() > 0) {
    rounds++;
    for (let relay = 0; relay < relays; relay++) {
      for (const peer of someOf(overlay.peers[relay] ?? [], 2, dice)) {
        const healed = heal(network, relay, peer, messages);
        frameBytes += healed.frameBytes;
        messageBytes += healed.messageBytes;
      }
    }
  }
  return {
    apart: apart.size,
    missingAtEnd,
    missingAfterGossip,
    missingAfterRounds: missing(),
    rounds,
    frameBytes,
    messageBytes,
  };
}

function start(settings: Settings) {
  const queue = new EventQueue();
  const dice = diceOf(settings.seed, "network", settings.relays);
  const overlay = drawOverlay(settings, dice);
  const latencies: number[] = [];
  const hops: number[] = [];
  const publishedMs = new Map<number, number>();
  const network = new GossipNetwork(settings, intentTopics, overlay, queue, dice, (delivery) => {
    const { parcel } = delivery;
    admitOrThrow((parcel as Published).intent);
    const atMs = publishedMs.get(parcel.number);
    if (atMs === undefined || delivery.hops === 0) publishedMs.set(parcel.number, atMs ?? queue.nowMs);
    else {
      latencies.push(queue.nowMs - atMs);
      hops.push(delivery.hops);
    }
  });
  return { network, queue, overlay, latencies, hops };
}

/** Every relay admits what every other does: the model has one clock. */
function admitOrThrow(intent: Signed<"intent">): void {
  const admitted = admit(intent, intent.body.issued, defaultLimits, carriageOf());
  if (!admitted.ok) throw new Error(`a relay refused a message of the load: ${admitted.error.code}`);
}

/** Plans a load, as a Poisson process that begins when the meshes have settled. Returns when its last message comes. */
function publishAll(
  network: GossipNetwork,
  queue: EventQueue,
  { messages, perSecond }: Load,
  dice: Dice,
  drawRelay: () => number,
): number {
  let atMs = Math.max(queue.nowMs, settleMs);
  for (const message of messages) {
    atMs += (-Math.log(1 - share(dice)) * 1000) / perSecond;
    const relay = drawRelay();
    queue.at(atMs, () => network.publish(relay, message));
  }
  return atMs;
}
