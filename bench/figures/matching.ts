/** Which of very many standing filters an intent matches: the relay's index, beside others on the same market. */
import { randomBytes } from "node:crypto";
import { type PerformanceEntry, PerformanceObserver, performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import type { Signed } from "@intentcast/protocol";
import { matchIndex } from "../../packages/relay/src/core/index/match-index.ts";
import { Subscription } from "../../packages/relay/src/core/subscription.ts";
import type { SubscriptionIndex } from "../../packages/relay/src/core/subscription-index.ts";
import { sized } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { heldBytes } from "../harness/heap.ts";
import { percentile } from "../harness/statistics.ts";
import { marketFilter } from "../market/filter.ts";
import { marketIntent } from "../market/intent.ts";
import { nostrPeer, type Peer, sqlitePeer } from "../market/peers.ts";

type Standing = Subscription<undefined>;
type Intent = Signed<"intent">;

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

type Timed = {
  /** Of each call. */
  readonly tookMs: Float64Array;
  /** Of the slowest call, what the garbage collector took of it left out. */
  readonly slowestMs: number;
  readonly cpuUs: number;
};

/** A collection costs what the process has of objects, here a million filters, and comes in the middle of anything. */
async function timed<T>(items: readonly T[], work: (item: T) => void): Promise<Timed> {
  const tookMs = new Float64Array(items.length);
  const startMs = new Float64Array(items.length);
  const pauses: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });
  const before = process.cpuUsage();
  for (let i = 0; i < items.length; i++) {
    const start = performance.now();
    work(items[i] as T);
    startMs[i] = start;
    tookMs[i] = performance.now() - start;
  }
  const { user, system } = process.cpuUsage(before);
  await setImmediate();
  pauses.push(...observer.takeRecords());
  observer.disconnect();
  const slowestMs = startMs.reduce((slowest, from, i) => {
    const took = tookMs[i] as number;
    return took <= slowest ? slowest : Math.max(slowest, took - pausedWithin(from, from + took, pauses));
  }, 0);
  return { tookMs, slowestMs, cpuUs: (user + system) / items.length };
}

const pausedWithin = (from: number, to: number, pauses: readonly PerformanceEntry[]): number =>
  pauses.reduce((sum, { startTime, duration }) => {
    const overlap = Math.min(to, startTime + duration) - Math.max(from, startTime);
    return sum + Math.max(0, overlap);
  }, 0);

const perCpuSecond = (cpuUs: number): number => 1e6 / cpuUs;
const greatest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);

/** Intents that a peer decides in a CPU second; few are enough, since each takes long. */
const peerRate = async (peer: Peer, intents: readonly Intent[]): Promise<number> =>
  perCpuSecond((await timed(intents, peer)).cpuUs);

/** The market's filters as a relay holds them. */
const subscriptions = (count: number): Standing[] =>
  Array.from({ length: count }, (_, i) => {
    const filter = marketFilter("bench", i);
    return new Subscription(filter, undefined, { number: i, until: "standing", credit: 0, position: 0 });
  });

/** Filters are at hand when they come, but not all at once. */
const unpackedAtOnce = 10_000;

/** Adds them all; the time is that of additions alone. */
async function add(index: SubscriptionIndex<Standing>, standing: readonly Standing[]): Promise<Timed> {
  const parts: Timed[] = [];
  for (let at = 0; at < standing.length; at += unpackedAtOnce) {
    const arriving = standing.slice(at, at + unpackedAtOnce).map((one) => ({ one, filter: one.filter }));
    parts.push(await timed(arriving, ({ one, filter }) => index.add(one, filter)));
  }
  return {
    tookMs: Float64Array.from(parts.flatMap(({ tookMs }) => [...tookMs])),
    slowestMs: Math.max(...parts.map(({ slowestMs }) => slowestMs)),
    cpuUs: parts.reduce((sum, { cpuUs, tookMs }) => sum + cpuUs * tookMs.length, 0) / standing.length,
  };
}

async function measureIndex(size: number, intents: readonly Intent[]) {
  const warmUp = intents.slice(0, intents.length / 4);
  const index: SubscriptionIndex<Standing> = matchIndex(random);
  // What messages are like is known to an index before most filters come.
  for (const intent of warmUp) index.find(intent);
  const empty = heldBytes();
  const standing = subscriptions(size);
  const drawn = heldBytes();
  const adding = await add(index, standing);
  const added = heldBytes();
  for (const intent of warmUp) index.find(intent);
  let found = 0;
  const finding = await timed(intents.slice(intents.length / 4), (intent) => {
    for (const _ of index.find(intent)) found += 1;
  });
  const removing = await timed(standing, (one) => index.remove(one));
  return {
    ...{ standing, adding, finding, removing, found: found / finding.tookMs.length },
    filterBytes: (drawn - empty) / size,
    indexBytes: (added - drawn) / size,
  };
}

export const matching: Figure = {
  name: "matching",
  title: "Matching an intent against standing filters",
  async prepare(context) {
    const sizes = sized(context, 1, 0) === 1 ? [1000, 10_000, 100_000, 1_000_000] : [1000, 10_000];
    context.progress("drawing the intents");
    const intents = Array.from({ length: sized(context, 20_000, 2000) }, (_, i) => marketIntent("bench", i));

    async function measureSize(size: number): Promise<Sample[]> {
      context.progress(`${size} filters`);
      const { standing, adding, finding, removing, found, ...memory } = await measureIndex(size, intents);
      const few = intents.slice(0, Math.max(3, Math.min(200, Math.floor(2e6 / size))));
      context.progress(`${size} filters, by others`);
      const filters = standing.map(({ filter }) => filter);
      const nostr = await peerRate(nostrPeer(filters), few);
      const sqlite = await peerRate(sqlitePeer(filters), few);
      const rate = perCpuSecond(finding.cpuUs);
      const name = `${size.toLocaleString("en")} filters`;
      const meanUs = (finding.tookMs.reduce((sum, one) => sum + one, 0) * 1000) / finding.tookMs.length;
      return [
        {
          what: `${name}: intents`,
          value: rate,
          unit: "a CPU-s",
          against: { name: "rows in SQLite", value: sqlite },
        },
        {
          what: `${name}: intents`,
          value: rate,
          unit: "a CPU-s",
          against: { name: "a Nostr library's loop", value: nostr },
        },
        { what: `${name}: matched by an intent`, value: found, unit: "filters" },
        { what: `${name}: mean`, value: meanUs, unit: "µs" },
        { what: `${name}: p50`, value: percentile(finding.tookMs, 0.5) * 1000, unit: "µs" },
        { what: `${name}: p99`, value: percentile(finding.tookMs, 0.99) * 1000, unit: "µs" },
        { what: `${name}: memory of the index`, value: memory.indexBytes, unit: "B a filter" },
        { what: `${name}: memory of the filters`, value: memory.filterBytes, unit: "B a filter" },
        { what: `${name}: insertions`, value: perCpuSecond(adding.cpuUs), unit: "a CPU-s" },
        { what: `${name}: removals`, value: perCpuSecond(removing.cpuUs), unit: "a CPU-s" },
        { what: `${name}: slowest insertion`, value: adding.slowestMs, unit: "ms" },
        { what: `${name}: slowest insertion, with collections`, value: greatest(adding.tookMs), unit: "ms" },
        { what: `${name}: slowest removal`, value: removing.slowestMs, unit: "ms" },
      ];
    }

    return async () => {
      const samples: Sample[] = [];
      for (const size of sizes) samples.push(...(await measureSize(size)));
      return samples;
    };
  },
};
