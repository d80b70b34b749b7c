/**
 * A network of relays under gossipsub, as a model: connections have latency and bandwidth, relays one core each, meshes a
 * heartbeat, and what was missed can be asked for as long as it is in the cache. Nothing is lost on a connection but
 * by a cut; every copy of a message is counted.
 */
import type { Dice } from "../market/draw.ts";
import type { EventQueue } from "./event-queue.ts";
import { Meshes } from "./mesh.ts";
import { type Overlay, someOf } from "./overlay.ts";
import { type Settings, wireBytes } from "./settings.ts";

/** What is published: its number, from 0 on, its topic and its size. */
export type Parcel = { readonly number: number; readonly topic: number; readonly bytes: number };

export type Delivery = { readonly relay: number; readonly parcel: Parcel; readonly hops: number };

/** Copies under way are those that were sent and are in none of the others. */
export type Copies = { sent: number; first: number; duplicate: number; cut: number };

type Relay = {
  /** When its core and its uplink have done what they were given. */
  coreFreeMs: number;
  uplinkFreeMs: number;
  longestWaitMs: number;
  busyUs: number;
  bytesOut: number;
  controlBytesOut: number;
  /** Numbers of parcels that came first here, by heartbeat, the newest first. */
  readonly cache: Parcel[][];
  readonly seen: Set<number>;
  /** From whom a message came that is not passed on yet: they need not have it again. */
  readonly heard: Map<number, Set<number>>;
  readonly askedAtMs: Map<number, number>;
};

export class GossipNetwork {
  readonly copies: Copies = { sent: 0, first: 0, duplicate: 0, cut: 0 };
  readonly relays: readonly Relay[];
  readonly meshes: Meshes;
  readonly #settings: Settings;
  readonly #overlay: Overlay;
  readonly #queue: EventQueue;
  readonly #dice: Dice;
  readonly #topics: number;
  readonly #deliver: (delivery: Delivery) => void;
  #isCut: (from: number, to: number) => boolean = () => false;

  /** `deliver` is called when a relay has taken a message in, also the one where it was published. */
  constructor(
    settings: Settings,
    topics: number,
    overlay: Overlay,
    queue: EventQueue,
    dice: Dice,
    deliver: (delivery: Delivery) => void,
  ) {
    this.#settings = settings;
    this.#overlay = overlay;
    this.#queue = queue;
    this.#dice = dice;
    this.#topics = topics;
    this.#deliver = deliver;
    this.meshes = new Meshes(overlay, topics, settings.mesh, dice);
    this.relays = overlay.peers.map(() => ({
      coreFreeMs: 0,
      uplinkFreeMs: 0,
      longestWaitMs: 0,
      busyUs: 0,
      bytesOut: 0,
      controlBytesOut: 0,
      cache: [[]],
      seen: new Set(),
      heard: new Map(),
      askedAtMs: new Map(),
    }));
    this.#start();
  }

  publish(relay: number, parcel: Parcel): void {
    this.#takeIn(relay, undefined, parcel, 0);
  }

  /** A message that came by another way, and is not passed on. */
  put(relay: number, parcel: Parcel): void {
    this.#at(relay).seen.add(parcel.number);
    this.#deliver({ relay, parcel, hops: 0 });
  }

  has(relay: number, parcel: Parcel): boolean {
    return this.#at(relay).seen.has(parcel.number);
  }

  /** From now on nothing passes from one relay to another where this says so. What is under way arrives. */
  cut(isCut: (from: number, to: number) => boolean): void {
    this.#isCut = isCut;
  }

  isCut(from: number, to: number): boolean {
    return this.#isCut(from, to);
  }

  #start(): void {
    const { heartbeatMs } = this.#settings;
    for (let relay = 0; relay < this.relays.length; relay++) {
      for (let topic = 0; topic < this.#topics; topic++) this.meshes.maintain(relay, topic);
    }
    for (let relay = 0; relay < this.relays.length; relay++) {
      const beat = () => {
        this.#heartbeat(relay);
        this.#queue.at(this.#queue.nowMs + heartbeatMs, beat);
      };
      this.#queue.at(this.#dice.below(heartbeatMs), beat);
    }
  }

  #heartbeat(relay: number): void {
    const { cache } = this.#settings;
    const state = this.#at(relay);
    for (let topic = 0; topic < this.#topics; topic++) {
      const sent = this.meshes.maintain(relay, topic, (peer) => !this.#isCut(relay, peer));
      this.#control(state, sent * wireBytes.control);
    }
    this.#tell(relay, state.cache.slice(0, cache.told).flat());
    state.cache.unshift([]);
    for (const { number } of state.cache.length > cache.kept ? (state.cache.pop() ?? []) : []) {
      state.askedAtMs.delete(number);
    }
  }

  /** IHAVE: to some peers outside the mesh of each topic. */
  #tell(relay: number, told: readonly Parcel[]): void {
    const { lazy } = this.#settings;
    for (const [topic, parcels] of Map.groupBy(told, (parcel) => parcel.topic)) {
      const mesh = this.meshes.of(relay, topic);
      const others = (this.#overlay.peers[relay] ?? []).filter((peer) => !mesh.has(peer));
      const count = Math.max(lazy.least, Math.ceil(lazy.share * others.length));
      for (const peer of someOf(others, count, this.#dice)) {
        const bytes = wireBytes.control + parcels.length * wireBytes.told;
        this.#sendControl(relay, peer, bytes, () => this.#ask(peer, relay, parcels));
      }
    }
  }

  /** IWANT: what is new, and was not asked of somebody else a moment ago. */
  #ask(relay: number, of: number, told: readonly Parcel[]): void {
    const { nowMs } = this.#queue;
    const state = this.#at(relay);
    const recentMs = nowMs - 3 * this.#settings.heartbeatMs;
    const wanted = told.filter(
      ({ number }) =>
        !state.seen.has(number) && (state.askedAtMs.get(number) ?? Number.NEGATIVE_INFINITY) < recentMs,
    );
    if (wanted.length === 0) return;
    for (const { number } of wanted) state.askedAtMs.set(number, nowMs);
    const bytes = wireBytes.control + wanted.length * wireBytes.asked;
    this.#sendControl(relay, of, bytes, () => {
      const kept = new Set(this.#at(of).cache.flat());
      for (const parcel of wanted) if (kept.has(parcel)) this.#send(of, relay, parcel, 1);
    });
  }

  #sendControl(from: number, to: number, bytes: number, arrive: () => void): void {
    this.#control(this.#at(from), bytes);
    if (this.#isCut(from, to)) return;
    this.#queue.at(this.#queue.nowMs + this.#overlay.latencyMs(from, to), arrive);
  }

  #control(state: Relay, bytes: number): void {
    state.controlBytesOut += bytes;
    state.bytesOut += bytes;
  }

  #send(from: number, to: number, parcel: Parcel, hops: number): void {
    const state = this.#at(from);
    const bytes = parcel.bytes + wireBytes.message;
    const readyMs = this.#work(state, this.#settings.cpu.sendUs);
    this.copies.sent++;
    if (this.#isCut(from, to)) {
      this.copies.cut++;
      return;
    }
    state.bytesOut += bytes;
    state.uplinkFreeMs =
      Math.max(readyMs, state.uplinkFreeMs) + (bytes * 8000) / this.#settings.uplinkBitsPerSecond;
    const arriveMs = state.uplinkFreeMs + this.#overlay.latencyMs(from, to);
    this.#queue.at(arriveMs, () => this.#receive(to, from, parcel, hops));
  }

  #receive(relay: number, from: number, parcel: Parcel, hops: number): void {
    const state = this.#at(relay);
    if (!state.seen.has(parcel.number)) {
      this.copies.first++;
      this.#takeIn(relay, from, parcel, hops);
      return;
    }
    this.copies.duplicate++;
    this.#work(state, this.#settings.cpu.copyUs);
    state.heard.get(parcel.number)?.add(from);
  }

  /** New here: judged and stored when the core gets to it, and passed on then. */
  #takeIn(relay: number, from: number | undefined, parcel: Parcel, hops: number): void {
    const state = this.#at(relay);
    state.seen.add(parcel.number);
    state.heard.set(parcel.number, new Set(from === undefined ? [] : [from]));
    this.#queue.at(this.#work(state, this.#settings.cpu.newUs), () => {
      const heard = state.heard.get(parcel.number);
      state.heard.delete(parcel.number);
      state.cache[0]?.push(parcel);
      this.#deliver({ relay, parcel, hops });
      for (const peer of this.meshes.of(relay, parcel.topic)) {
        if (!heard?.has(peer)) this.#send(relay, peer, parcel, hops + 1);
      }
    });
  }

  /** Gives a relay's core something to do; returns when that will be done. */
  #work(state: Relay, us: number): number {
    const { nowMs } = this.#queue;
    state.longestWaitMs = Math.max(state.longestWaitMs, state.coreFreeMs - nowMs);
    state.coreFreeMs = Math.max(nowMs, state.coreFreeMs) + us / 1000;
    state.busyUs += us;
    return state.coreFreeMs;
  }

  #at(relay: number): Relay {
    return this.relays[relay] as Relay;
  }
}
