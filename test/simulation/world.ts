/** A world in one process: its time, its chance, and the lines between its relays, which delay, fall silent and break. All follows from a seed. */
import { EventQueue } from "../../bench/scale/event-queue.ts";
import { LoopbackNetwork, loopbackAddress } from "../../packages/relay/src/adapters/loopback-gossip.ts";
import type { Gossip, StartGossip } from "../../packages/relay/src/ports/gossip.ts";
import type { Timers } from "../../packages/relay/src/ports/timers.ts";
import { now } from "../../packages/relay/test/messages.ts";
import { type Dice, diceOf } from "../fuzz/dice.ts";

/** Lets everything happen that waits for nothing but promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A relay's own timers, which stand still for ever when it has crashed. */
export type MortalTimers = Timers & { readonly die: () => void };

/** What relays are kept from, to see that it is noticed. */
export type Without = "sync" | "denials" | undefined;

export class World {
  readonly dice: Dice;
  readonly #events = new EventQueue();
  readonly #network: LoopbackNetwork;
  readonly #gossips = new Map<string, Gossip>();
  /** When what was sent last over a line arrives: lines keep their order. */
  readonly #arrivals = new Map<string, number>();
  /** Lines over which nothing arrives, by both names. */
  readonly #silent = new Set<string>();
  /** The island of each relay, while the network is parted. */
  #islands: ReadonlyMap<string, number> = new Map();

  readonly #without: Without;

  constructor(seed: number, without?: Without) {
    this.#without = without;
    this.dice = diceOf(seed, "world");
    this.#network = new LoopbackNetwork(({ from, to }, arrive) => this.#carry(from, to, arrive));
  }

  get elapsedMs(): number {
    return this.#events.nowMs;
  }

  readonly clock = (): number => now + Math.floor(this.elapsedMs / 1000);

  readonly random = (length: number): Uint8Array => this.dice.bytes(length);

  after(delayMs: number, action: () => void): () => void {
    let isWanted = true;
    this.#events.at(this.elapsedMs + delayMs, () => {
      if (isWanted) action();
    });
    return () => {
      isWanted = false;
    };
  }

  timers(): MortalTimers {
    let isAlive = true;
    const after = (ms: number, action: () => void) => this.after(ms, () => isAlive && action());
    const every = (periodMs: number, action: () => void) => {
      let cancel = after(periodMs, tick);
      function tick(): void {
        cancel = after(periodMs, tick);
        action();
      }
      return () => cancel();
    };
    return {
      now: () => this.elapsedMs,
      after,
      every,
      turn: () => new Promise((resolve) => after(0, resolve)),
      die: () => {
        isAlive = false;
      },
    };
  }

  /** Lets so much time pass, or less where the condition comes to hold before. */
  async pass(ms: number, until: () => boolean = () => false): Promise<void> {
    const endMs = this.elapsedMs + ms;
    do {
      await settle();
      if (until()) return;
    } while (this.#events.runNext(endMs));
    this.#events.runUntil(endMs);
  }

  /** Lets time pass until something has come about. */
  async whenDone<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    void promise.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    await this.pass(3_600_000, () => isDone);
    return promise;
  }

  place(name: string): StartGossip {
    return async (init, handler) => {
      const gossip = await this.#network.place(name)(
        this.#without === "sync" ? { ...init, purposes: [] } : init,
        this.#without === "denials" ? Object.assign(handler, { admits: () => true }) : handler,
      );
      this.#gossips.set(name, gossip);
      const dial = gossip.dial.bind(gossip);
      gossip.dial = async (address) => {
        const other = address.slice(loopbackAddress("").length);
        if (this.#isParted(name, other) || this.#silent.has(lineOf(name, other)))
          throw new Error(`${other} does not answer`);
        return dial(address);
      };
      return gossip;
    };
  }

  /** Who is gone from the network without a word. */
  async vanish(name: string): Promise<void> {
    await this.#gossips.get(name)?.stop();
    this.#gossips.delete(name);
  }

  /** Parts the network: what connects two islands breaks. */
  part(islands: ReadonlyMap<string, number>): void {
    this.#islands = islands;
    for (const one of islands.keys()) {
      for (const other of islands.keys()) if (this.#isParted(one, other)) this.breakLine(one, other);
    }
  }

  heal(): void {
    this.#islands = new Map();
    this.#silent.clear();
  }

  /** Nothing arrives any more between two, and nobody notices for so long; then the line breaks. */
  silence(one: string, other: string, ms: number): void {
    const line = lineOf(one, other);
    this.#silent.add(line);
    this.after(ms, () => {
      this.#silent.delete(line);
      this.breakLine(one, other);
    });
  }

  breakLine(one: string, other: string): void {
    void this.#gossips.get(one)?.hangUp(other);
  }

  #isParted(one: string, other: string): boolean {
    const [here, there] = [this.#islands.get(one), this.#islands.get(other)];
    return here !== undefined && there !== undefined && here !== there;
  }

  #carry(from: string, to: string, arrive: () => void): void {
    const direction = `${from} ${to}`;
    const delayMs = this.dice.chance(0.1) ? this.dice.below(2000) : this.dice.below(80);
    const atMs = Math.max(this.elapsedMs + delayMs, this.#arrivals.get(direction) ?? 0);
    this.#arrivals.set(direction, atMs);
    this.after(atMs - this.elapsedMs, () => {
      if (!this.#isParted(from, to) && !this.#silent.has(lineOf(from, to))) arrive();
    });
  }
}

const lineOf = (one: string, other: string): string => [one, other].sort().join(" ");

/** Topics of a network with few markets: what happens in one topic happens in each. */
export const carried = ["shopify/bt", "mail:0"];
