/** A world in one process: its time, its chance, and the lines between its relays, which delay, fall silent and break. All follows from a seed. */
import { LoopbackNetwork } from "../../packages/relay/src/adapters/loopback-gossip.ts";
import type { Gossip, StartGossip } from "../../packages/relay/src/ports/gossip.ts";
import type { Timers } from "../../packages/relay/src/ports/timers.ts";
import { now } from "../../packages/relay/test/messages.ts";
import { type Dice, diceOf } from "../fuzz/dice.ts";

type Due = { readonly atMs: number; readonly order: number; readonly action: () => void };

/** Lets everything happen that waits for nothing but promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What was due, earliest first: a binary heap. */
class Agenda {
  readonly #heap: Due[] = [];

  get next(): Due | undefined {
    return this.#heap[0];
  }

  add(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  take(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      if (left >= heap.length) break;
      const least = right < heap.length && isBefore(heap[right] as Due, heap[left] as Due) ? right : left;
      if (!isBefore(heap[least] as Due, last)) break;
      heap[at] = heap[least] as Due;
      at = least;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (one: Due, other: Due): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/** A relay's own timers, which stand still for ever when it has crashed. */
export type MortalTimers = Timers & { readonly die: () => void };

/** What relays are kept from, to see that it is noticed. */
export type Without = "sync" | "denials" | undefined;

export class World {
  readonly dice: Dice;
  elapsedMs = 0;
  readonly #agenda = new Agenda();
  #order = 0;
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

  readonly clock = (): number => now + Math.floor(this.elapsedMs / 1000);

  readonly random = (length: number): Uint8Array => this.dice.bytes(length);

  after(delayMs: number, action: () => void): () => void {
    let isWanted = true;
    const atMs = this.elapsedMs + delayMs;
    this.#agenda.add({ atMs, order: this.#order++, action: () => isWanted && action() });
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
    for (;;) {
      await settle();
      if (until()) return;
      const due = this.#agenda.next;
      if (due === undefined || due.atMs > endMs) break;
      this.#agenda.take();
      this.elapsedMs = Math.max(this.elapsedMs, due.atMs);
      due.action();
    }
    this.elapsedMs = endMs;
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
        const other = address.replace(/^loopback:/, "");
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
