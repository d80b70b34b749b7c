/** The pool against fake relays on a network that delays and drops, in a time of its own: all follows from a seed. */
import { toHex } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import { connectRelays } from "../src/index.ts";
import { FakeRelay } from "./fake-relay.ts";
import { closeMessages, ours } from "./messages.ts";
import { Simulation } from "./simulation.ts";

const messages = closeMessages(60);

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
