/** The relays that a relay has been told of: whom it can dial, and whom it tells others of (spec/09 §4). */
import { hour, type Random, type UnixSeconds } from "@intentcast/protocol";
import { prefixOf } from "./address.ts";
import { ipOfAddress, type Reach, reachesAsFar, reachOf, reachOfIp } from "./reach.ts";
import { isCurrent, type RelayRecord } from "./relay-record.ts";
import type { Topic } from "./topic.ts";

/** Relays known at once. */
const capacity = 1000;

const firstDelayMs = 60_000;
/** Failures in a row after which a relay is forgotten. */
const mostFailures = 6;

/** A relay that somebody was connected to within this time is one that they tell others of. */
const metFor = 6 * hour;

/** Sought relays at addresses that begin alike: a party that has a network of its own shall not surround a relay. */
const mostAlike = 2;
const alikeBits = { ipv4: 16, ipv6: 32 };

type Entry = {
  readonly record: RelayRecord;
  /** Addresses that may be dialled. */
  readonly addresses: readonly string[];
  readonly toldFrom: Reach;
  metAt: UnixSeconds | undefined;
  failures: number;
  dueMs: number;
};

/** A record, and how far away the peer was that told it. */
export type Told = { readonly bytes: Uint8Array; readonly told: Reach };

/** A relay to be dialled, at the first of its addresses that answers. */
export type Candidate = { readonly peer: string; readonly addresses: readonly string[] };

/** What has to be known of those who are connected. */
export type Company = {
  readonly isConnected: (peer: string) => boolean;
  readonly isAdmitted: (peer: string) => boolean;
  /** IP addresses of the peers that this relay has dialled. */
  readonly dialled: readonly string[];
};

export class Directory {
  /** By name, in the order in which they were told. */
  readonly #entries = new Map<string, Entry>();
  readonly #markets: ReadonlySet<Topic>;
  readonly #random: Random;

  /** For a relay that carries these topics. */
  constructor(topics: readonly Topic[], random: Random) {
    this.#markets = new Set(topics.filter((topic) => topic.includes(":")));
    this.#random = random;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Takes a record that was verified, of the relay by that name, from somebody who is connected from so far. Addresses
   * that reach less far than the teller are left out: they would lead into this relay's own house. Returns whether it is news.
   */
  take(peer: string, record: RelayRecord, told: Reach): boolean {
    const known = this.#entries.get(peer);
    if (known !== undefined && known.record.statement.issued >= record.statement.issued) return false;
    const addresses = record.statement.addresses.filter((address) => reachesAsFar(reachOf(address), told));
    if (addresses.length === 0) return false;
    this.#entries.delete(peer);
    const state = { metAt: known?.metAt, failures: 0, dueMs: Number.NEGATIVE_INFINITY };
    this.#entries.set(peer, { record, addresses, toldFrom: told, ...state });
    if (this.#entries.size > capacity) this.#forgetOne();
    return true;
  }

  /** Notes that the relay by that name is connected. */
  met(peer: string, now: UnixSeconds): void {
    const entry = this.#entries.get(peer);
    if (entry !== undefined) Object.assign(entry, { metAt: now, failures: 0 });
  }

  /** Records to tell others of, by chance: of relays that this one has spoken to lately, so that nobody makes it vouch for air. */
  told(most: number, now: UnixSeconds): RelayRecord[] {
    return this.#some(this.#met(now), most).map(({ record }) => record);
  }

  /** What a relay that starts again would like to know. */
  worthKeeping(now: UnixSeconds): Told[] {
    return this.#met(now).map(({ record, toldFrom }) => ({ bytes: record.bytes, told: toldFrom }));
  }

  #met(now: UnixSeconds): Entry[] {
    return [...this.#entries.values()].filter(
      ({ metAt, record }) => metAt !== undefined && metAt > now - metFor && isCurrent(record.statement, now),
    );
  }

  /** Relays to dial now, by chance, and at most so many; each is dialled until its outcome is told. */
  due(
    { isConnected, isAdmitted, dialled }: Company,
    most: number,
    nowMs: number,
    now: UnixSeconds,
  ): Candidate[] {
    const crowd = dialled.flatMap(neighbourhoodOf);
    const free = [...this.#entries].filter(
      ([peer, { record, dueMs }]) =>
        dueMs <= nowMs &&
        isCurrent(record.statement, now) &&
        this.#hasMarket(record) &&
        !isConnected(peer) &&
        isAdmitted(peer),
    );
    return this.#some(free, free.length)
      .filter(([, { addresses }]) => {
        const near = addresses.flatMap((address) => neighbourhoodOf(ipOfAddress(address)));
        if (near.some((one) => crowd.filter((other) => other === one).length >= mostAlike)) return false;
        crowd.push(...new Set(near));
        return true;
      })
      .slice(0, most)
      .map(([peer, entry]) => {
        entry.dueMs = Number.POSITIVE_INFINITY;
        return { peer, addresses: entry.addresses };
      });
  }

  /** Whether a relay carries intents or mail that this one carries, too. */
  #hasMarket({ statement: { carries } }: RelayRecord): boolean {
    return carries === undefined || carries.some((topic) => this.#markets.has(topic));
  }

  /** Notes that a relay was reached, and may be dialled again when it is gone. */
  reached(peer: string, nowMs: number): void {
    const entry = this.#entries.get(peer);
    if (entry !== undefined) Object.assign(entry, { failures: 0, dueMs: nowMs + firstDelayMs });
  }

  /** Notes that a relay could not be reached: each time it is left alone for twice as long, and in the end forgotten. */
  failed(peer: string, nowMs: number): void {
    const entry = this.#entries.get(peer);
    if (entry === undefined) return;
    entry.failures += 1;
    entry.dueMs = nowMs + firstDelayMs * 2 ** entry.failures;
    if (entry.failures >= mostFailures) this.#entries.delete(peer);
  }

  /** One that nobody here has met, where there is one: else a flood of names would drive out those that are known. */
  #forgetOne(): void {
    const peers = [...this.#entries];
    const [peer] = peers.find(([, { metAt }]) => metAt === undefined) ?? peers[0] ?? [];
    if (peer !== undefined) this.#entries.delete(peer);
  }

  /** So many of a list, drawn without putting back. */
  #some<T>(list: readonly T[], most: number): T[] {
    const left = [...list];
    const drawn: T[] = [];
    while (drawn.length < most && left.length > 0) {
      const [high = 0, low = 0] = this.#random(2);
      drawn.push(...left.splice((256 * high + low) % left.length, 1));
    }
    return drawn;
  }
}

/** What addresses of one party have in common; nothing where it is this machine's or this site's own. */
const neighbourhoodOf = (ip: string | undefined): string[] =>
  ip === undefined || reachOfIp(ip) !== "world" ? [] : [prefixOf(ip, alikeBits)];
