/** Catching up with other relays: whom this relay reconciles with and when, and what the operator sees of it. */
import type { Clock, Random, Sha256 } from "@intentcast/protocol";
import { timesOf } from "../../core/admit.ts";
import { Holdings } from "../../core/holdings.ts";
import type { MeshInput } from "../../core/mesh.ts";
import { verdictOn } from "../../core/verdict.ts";
import type { Channel, Gossip, Peer, Topic } from "../../ports/gossip.ts";
import type { Log } from "../../ports/log.ts";
import type { PeerSync, SyncOutcome, SyncStatus } from "../../ports/network-status.ts";
import type { Listed, Store } from "../../ports/store.ts";
import type { Timers } from "../../ports/timers.ts";
import type { Stored } from "../commit.ts";
import type { Ingest } from "../ingest.ts";
import { Breach, type SessionProgress, type Taken } from "./exchange.ts";
import { SyncSession } from "./session.ts";

/** The name under which relays open channels for this. */
export const syncPurpose = "sync/1";

const periodMs = 60_000;
const peersOfARound = 2;

/** After a conversation that brought something: there may be more of it, and others may lack it. */
const soonMs = 1000;

/** A conversation as a whole; what it has not come to by then is left to the next. */
const longestMs = 10 * 60_000;

/** Conversations at once that other relays have begun. */
const mostServed = 8;

/** Messages of the store that are listed at a time. */
const pageSize = 1000;

/** What a broken rule costs a peer, where a rejected frame costs one point. */
const breachPoints = 10;

/** How long to wait where a refusal does not say. */
const laterMs = 2000;

/** Refusals that are over in a moment. */
const passing: ReadonlySet<string> = new Set(["rate-limited", "overloaded"]);

export type Sync = {
  readonly status: () => SyncStatus;
  readonly peer: (id: string) => PeerSync;
  readonly connected: (peer: Peer) => void;
  readonly disconnected: (id: string) => void;
  readonly opened: (channel: Channel, peer: Peer) => void;
  /** A message that is new in the store, and one that has left it. */
  readonly stored: (stored: Stored) => void;
  readonly removed: (listed: readonly Listed[]) => void;
  /** Breaks off what is under way; resolves when nothing is. */
  readonly stop: () => Promise<void>;
};

export type SyncParts = {
  readonly topics: readonly Topic[];
  readonly gossip: () => Pick<Gossip, "peers" | "open"> | undefined;
  readonly store: Pick<Store, "get" | "list">;
  readonly ingest: Ingest;
  /** Removes from the store what has expired. */
  readonly sweep: () => Promise<void>;
  readonly tell: (input: MeshInput) => void;
  readonly sha256: Sha256;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
};

type Role = "initiator" | "responder";
type Running = {
  readonly peer: string;
  readonly role: Role;
  readonly channel: Channel;
  readonly progress: SessionProgress;
};
type Account = { last: PeerSync["last"]; fetched: number; served: number };

export function createSync(parts: SyncParts): Sync {
  const { topics, gossip, store, ingest, sweep, tell, sha256, clock, timers, random, log } = parts;
  const holdings = new Holdings(topics);
  const running = new Set<Running>();
  const ending = new Set<Promise<void>>();
  const opening = new Set<string>();
  const accounts = new Map<string, Account>();
  const counts = { conversations: 0, broken: 0, fetched: 0, served: 0 };
  let ready = false;
  let stopped = false;
  let cancelSoon: (() => void) | undefined;

  /** What comes in while the store is listed is added as it comes; in a set it is once all the same. */
  async function fill(): Promise<void> {
    await timers.turn();
    for (let after = 0; !stopped; await timers.turn()) {
      const page = await store.list(after, pageSize);
      const now = clock();
      for (const listed of page) if (listed.expires > now) holdings.add(listed.topics, listed);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.position;
    }
    ready = true;
  }

  async function take(bytes: Uint8Array, topic: Topic, peer: string): Promise<Taken> {
    const ingested = await ingest(bytes, { peer });
    if (ingested.ok) {
      const verdict = ingested.value.topics.includes(topic) ? "accept" : "reject";
      return { verdict, stored: "matched" in ingested.value.outcome };
    }
    const { code, retryAfter } = ingested.error;
    const isPassing = passing.has(code);
    const later = { laterMs: retryAfter === undefined ? laterMs : 1000 * retryAfter };
    return { verdict: verdictOn(ingested.error), stored: false, ...(isPassing && later) };
  }

  async function hold(peer: string, role: Role, channel: Channel): Promise<void> {
    const session = new SyncSession({
      ...{ channel, holdings, sha256, clock, timers, get: store.get },
      take: (bytes, topic) => take(bytes, topic, peer),
      judged: (verdict) => tell({ type: "judged", peer, verdict }),
    });
    const { progress } = session;
    const one: Running = { peer, role, channel, progress };
    running.add(one);
    const cancel = timers.after(longestMs, () => channel.abort());
    const outcome = await (role === "initiator" ? session.initiate() : session.respond()).then(
      () => (progress.isWhole ? "whole" : "partial"),
      (error: unknown) => broken(peer, channel, error),
    );
    cancel();
    running.delete(one);
    conclude(peer, progress, outcome);
  }

  function broken(peer: string, channel: Channel, error: unknown): "broken" | "breach" {
    channel.abort();
    const isBreach = error instanceof Breach;
    log(isBreach ? "warn" : "debug", "sync.broken", { peer, error: String(error) });
    if (isBreach) tell({ type: "blamed", peer, points: breachPoints, why: error.message });
    return isBreach ? "breach" : "broken";
  }

  function conclude(peer: string, { fetched, served }: SessionProgress, outcome: SyncOutcome): void {
    counts.conversations += 1;
    counts.fetched += fetched;
    counts.served += served;
    if (outcome === "broken" || outcome === "breach") counts.broken += 1;
    const account = accounts.get(peer);
    if (account !== undefined) {
      account.last = { at: clock(), outcome };
      account.fetched += fetched;
      account.served += served;
    }
    if (fetched > 0) log("info", "sync.fetched", { peer, fetched, served, outcome });
    if (fetched > 0 || outcome === "partial") roundSoon();
  }

  /** At most one of each role with each peer at a time. */
  const isBusy = (peer: string, role: Role): boolean =>
    opening.has(`${role} ${peer}`) || [...running].some((one) => one.peer === peer && one.role === role);

  function begin(peer: string, role: Role, open: () => Promise<Channel>): void {
    if (stopped) return;
    const name = `${role} ${peer}`;
    opening.add(name);
    const holding = (async () => {
      if (role === "initiator") await filled;
      await sweep();
      const channel = await open();
      await filled;
      opening.delete(name);
      if (stopped) channel.abort();
      else await hold(peer, role, channel);
    })()
      .catch((error: unknown) => log("debug", "sync.unopened", { peer, error: String(error) }))
      .finally(() => {
        opening.delete(name);
        ending.delete(holding);
      });
    ending.add(holding);
  }

  function initiate(peer: string): void {
    const network = gossip();
    if (network !== undefined && !isBusy(peer, "initiator"))
      begin(peer, "initiator", () => network.open(peer, syncPurpose));
  }

  /** With some peers by chance, so that what one relay has comes to all. */
  function round(): void {
    const waiting = (gossip()?.peers() ?? []).map(({ id }) => id);
    for (let i = 0; i < peersOfARound && waiting.length > 0; i++) {
      const [high = 0, low = 0] = random(2);
      const [peer] = waiting.splice((256 * high + low) % waiting.length, 1);
      if (peer !== undefined) initiate(peer);
    }
  }

  function roundSoon(): void {
    if (stopped) return;
    cancelSoon ??= timers.after(soonMs, () => {
      cancelSoon = undefined;
      round();
    });
  }

  const filled = fill().catch((error: unknown) => log("error", "sync.unfilled", { error: String(error) }));
  const stopRounds = timers.every(periodMs, round);

  return {
    status: () => ({
      ready,
      underWay: running.size,
      items: topics.map((topic) => ({ topic, count: holdings.of(topic)?.size ?? 0 })),
      counts: { ...counts },
    }),
    peer: (id) => {
      const under = [...running].filter(({ peer }) => peer === id);
      const { last, fetched, served } = accounts.get(id) ?? { last: undefined, fetched: 0, served: 0 };
      const add = (what: "fetched" | "served") =>
        under.reduce((sum, { progress }) => sum + progress[what], 0);
      return {
        last,
        topic: under[0]?.progress.topic,
        fetched: fetched + add("fetched"),
        served: served + add("served"),
      };
    },
    connected: ({ id, outgoing }) => {
      accounts.set(id, { last: undefined, fetched: 0, served: 0 });
      if (outgoing) initiate(id);
    },
    disconnected: (id) => void accounts.delete(id),
    opened: (channel, { id }) => {
      const served = [...running].filter(({ role }) => role === "responder").length;
      if (stopped || isBusy(id, "responder") || served >= mostServed) channel.abort();
      else begin(id, "responder", async () => channel);
    },
    stored: ({ message, topics, replaced }) => {
      holdings.add(topics, { id: message.id, issued: timesOf(message).issued });
      if (replaced !== undefined) holdings.remove(topics, replaced);
    },
    removed: (listed) => {
      for (const one of listed) holdings.remove(one.topics, one);
    },
    stop: async () => {
      stopped = true;
      stopRounds();
      cancelSoon?.();
      for (const { channel } of running) channel.abort();
      await Promise.all([...ending, filled]);
    },
  };
}
