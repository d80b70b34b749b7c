/** An hour of relays that differ for honest reasons, in the simulation: whoever is accused did withhold. */
import { type Message, toHex } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import { connectRelays, type Withheld } from "../src/index.ts";
import { FakeRelay } from "./fake-relay.ts";
import { intentMessage, now, ours } from "./messages.ts";
import { Simulation } from "./simulation.ts";

const addresses = ["ws://one.example", "ws://two.example", "ws://three.example"] as const;
const [, second] = addresses;
const minuteMs = 60_000;

/** A number from 0 to 4 that follows from a message. */
const fifthOf = ({ id }: Message): number => (id[0] ?? 0) % 5;

/**
 * Three relays that get most of 80 intents within minutes of each other, over twenty minutes. The first loses its
 * connections, and in some seeds its store; the third carries some of the intents only; the second withholds some in half of the seeds.
 */
function unequalRelays(simulation: Simulation, seed: number): void {
  const relays = addresses.map((address, index) => {
    const relay = new FakeRelay();
    relay.storeId = new Uint8Array(16).fill(index + 1);
    simulation.relays.set(address, relay);
    return relay;
  });
  const [first, withholder, specialist] = relays as [FakeRelay, FakeRelay, FakeRelay];
  if (seed % 2 === 0) withholder.hides = (message) => fifthOf(message) < 2;
  specialist.twist = (frame, line) => {
    if (frame[0] !== "publish") return false;
    const message = specialist.read(frame[2]);
    if (message.ok && fifthOf(message.value) !== 4) return false;
    line.send("rejected", frame[1], "admit", "read-only", "", 0);
    return true;
  };
  for (let number = 0; number < 80; number++) {
    const intent = intentMessage(number, addresses, now + 4 * 3600);
    const atMs = simulation.chance() * 20 * minuteMs;
    for (const relay of relays) {
      if (simulation.chance() < 0.15 || (relay === specialist && fifthOf(intent) === 4)) continue;
      simulation.timers(atMs + simulation.chance() * 3 * minuteMs, () => relay.store(intent.bytes));
    }
  }
  const hangUp = (): void => {
    for (const line of first.lines) line.hangUp();
  };
  for (let i = 0; i < 5; i++) simulation.timers(simulation.chance() * 30 * minuteMs, hangUp);
  if (seed % 3 !== 0) return;
  simulation.timers(10 * minuteMs, () => {
    const stored = first.messages;
    first.wipe(new Uint8Array(16).fill(9));
    hangUp();
    for (const bytes of stored)
      simulation.timers(simulation.chance() * 2 * minuteMs, () => first.store(bytes));
  });
}

describe.each(Array.from({ length: 24 }, (_, seed) => seed + 1))("in the simulation of seed %d", (seed) => {
  test("nobody honest is accused, and whoever withholds is", async () => {
    const simulation = new Simulation(seed);
    simulation.dropRate = 0.01;
    unequalRelays(simulation, seed);
    const { timers, clock, random, socket } = simulation;
    const news: Withheld[] = [];
    const withheld = (one: Withheld): void => void news.push(one);
    const world = { timers, clock, random, socket, equation: () => true };
    const pool = connectRelays({ relays: addresses, withheld, ...world });
    const subscription = pool.subscribe(ours, { window: 4 });
    const taken: string[] = [];
    const consuming = (async () => {
      for await (const { message } of subscription) {
        taken.push(toHex(message.id));
        // Now and then the reader is slow, and the relays wait.
        const pauseMs = simulation.chance() < 0.1 ? simulation.chance() * 2 * minuteMs : 0;
        await new Promise<void>((resolve) => timers(pauseMs, resolve));
      }
    })();
    await simulation.run(() => simulation.elapsedMs > 60 * minuteMs);

    const isWithholding = seed % 2 === 0;
    expect(new Set(news.map(({ relay }) => relay))).toEqual(new Set(isWithholding ? [second] : []));
    expect(new Set(taken).size).toBe(taken.length);
    const counts = pool.status().map(({ silence }) => silence);
    expect(counts.some((one) => one !== undefined && one.lacked > 0)).toBe(true);
    expect(news.length).toBe(counts.reduce((sum, one) => sum + (one?.withheld ?? 0), 0));
    simulation.dropRate = 0;
    await simulation.runUntil(pool[Symbol.asyncDispose]());
    await consuming;
  });
});
