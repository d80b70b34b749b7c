/** Fake relays on a network that delays and drops, in a time of its own: all follows from a seed. */
import type { OpenSocket, Timers } from "../src/index.ts";
import type { FakeRelay } from "./fake-relay.ts";
import { now } from "./messages.ts";

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Simulation {
  readonly chance: () => number;
  /** Of all frames, the share at which the connection breaks instead. */
  dropRate = 0.05;
  elapsedMs = 0;
  drops = 0;
  readonly relays = new Map<string, FakeRelay>();
  #agenda: { atMs: number; order: number; action: () => void }[] = [];
  #order = 0;

  constructor(seed: number) {
    this.chance = seeded(seed);
  }

  readonly timers: Timers = (afterMs, action) => {
    const entry = { atMs: this.elapsedMs + afterMs, order: this.#order++, action };
    this.#agenda.push(entry);
    return () => {
      this.#agenda = this.#agenda.filter((one) => one !== entry);
    };
  };

  readonly clock = (): number => now + Math.floor(this.elapsedMs / 1000);

  readonly random = (length: number): Uint8Array =>
    Uint8Array.from({ length }, () => Math.floor(this.chance() * 256));

  readonly socket: OpenSocket = (address, events) => {
    const relay = this.relays.get(address) as FakeRelay;
    let isOpen = true;
    // Two queues that keep their order, each frame later than the one before.
    const queue = (): ((action: () => void) => void) => {
      let lastMs = 0;
      return (action) => {
        lastMs = Math.max(lastMs, this.elapsedMs + this.chance() * 40) + 0.001;
        this.timers(lastMs - this.elapsedMs, () => {
          if (isOpen) action();
        });
      };
    };
    const toClient = queue();
    const toRelay = queue();
    const end = (detail: string): void => {
      if (!isOpen) return;
      isOpen = false;
      if (line !== undefined) relay.lines.delete(line);
      this.timers(0, () => events.closed(detail));
    };
    const unlessDropped = (action: () => void): void => {
      if (this.chance() < this.dropRate) {
        this.drops++;
        end("dropped");
      } else {
        action();
      }
    };
    let line: ReturnType<FakeRelay["connect"]> | undefined;
    toRelay(() => {
      line = relay.connect(
        (frame) => toClient(() => unlessDropped(() => events.received(frame))),
        () => end("hung up"),
      );
    });
    return {
      send: (frame) => toRelay(() => unlessDropped(() => line?.receive(frame))),
      close: () => end("closed"),
    };
  };

  /** Lets time pass until `isDone`; the programs have their turn between two events. */
  async run(isDone: () => boolean): Promise<void> {
    for (let step = 0; step < 200_000; step++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone()) return;
      this.#agenda.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = this.#agenda.shift();
      if (next === undefined) throw new Error("nothing is going to happen any more");
      this.elapsedMs = next.atMs;
      next.action();
    }
    throw new Error("no end in sight");
  }

  async runUntil(work: PromiseLike<unknown>): Promise<void> {
    let isDone = false;
    const watch = async (): Promise<void> => {
      try {
        await work;
      } finally {
        isDone = true;
      }
    };
    await Promise.all([watch(), this.run(() => isDone)]);
  }
}
