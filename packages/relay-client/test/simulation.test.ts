/** The pool against fake relays on a network that delays and drops, in a time of its own: all follows from a seed. */
import { toHex } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import { connectRelays, type OpenSocket, type Timers } from "../src/index.ts";
import { FakeRelay } from "./fake-relay.ts";
import { closeMessages, now, ours } from "./messages.ts";

const messages = closeMessages(60);

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

class Simulation {
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

describe.each(Array.from({ length: 12 }, (_, seed) => seed + 1))("in the simulation of seed %d", (seed) => {
  test("a subscriber gets each message once and misses none", async () => {
    const simulation = new Simulation(seed);
    const relays = ["ws://one.example", "ws://two.example", "ws://three.example"].slice(0, 1 + (seed % 3));
    for (const address of relays) {
      const relay = new FakeRelay();
      relay.name = new URL(address).hostname;
      simulation.relays.set(address, relay);
      for (const bytes of messages) {
        const delayMs = simulation.chance() * 5000;
        simulation.timers(delayMs, () => relay.store(bytes));
      }
    }
    if (seed % 2 === 0) {
      const [first] = simulation.relays.values();
      simulation.timers(2500, () => {
        const stored = first?.messages ?? [];
        first?.wipe(new Uint8Array(16).fill(9));
        for (const line of first?.lines ?? []) line.hangUp();
        for (const bytes of stored) first?.store(bytes);
      });
    }

    const { timers, clock, random, socket } = simulation;
    const pool = connectRelays({ relays, timers, clock, random, socket, equation: () => true });
    const subscription = pool.subscribe(ours, { window: 1 + (seed % 7) });
    const taken: string[] = [];
    const consuming = (async () => {
      for await (const { message } of subscription) taken.push(toHex(message.bytes));
    })();
    await simulation.run(() => taken.length >= messages.length);
    // Whatever came twice would come now.
    simulation.dropRate = 0;
    const until = simulation.elapsedMs + 100_000;
    await simulation.run(() => simulation.elapsedMs > until);

    expect(taken.toSorted()).toEqual(messages.map(toHex).toSorted());
    expect(simulation.drops).toBeGreaterThan(0);
    for (const { counts } of pool.status()) expect(counts).toMatchObject({ refused: 0, unmatched: 0 });
    await simulation.runUntil(pool[Symbol.asyncDispose]());
    await consuming;
  });

  test("a publisher's messages all reach every relay, once each", async () => {
    const simulation = new Simulation(seed);
    const relays = ["ws://one.example", "ws://two.example"];
    for (const address of relays) simulation.relays.set(address, new FakeRelay());
    const { timers, clock, random, socket } = simulation;
    const pool = connectRelays({
      relays,
      timers,
      clock,
      random,
      socket,
      equation: () => true,
      timeoutMs: 600_000,
    });
    const published = messages.map((bytes) => pool.publish(bytes));
    await simulation.runUntil(Promise.all(published.map(async (one) => (await one).settled)));

    for (const one of published) expect((await one).refused).toEqual([]);
    for (const relay of simulation.relays.values()) {
      expect(relay.messages.map(toHex).toSorted()).toEqual(messages.map(toHex).toSorted());
    }
    await simulation.runUntil(pool[Symbol.asyncDispose]());
  });
});
