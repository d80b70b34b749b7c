/** How a relay with too much to do slows its clients down before it refuses them. */
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryStore } from "../src/adapters/memory-store.ts";
import { nodeTimers } from "../src/adapters/node-timers.ts";
import { defaultLoadLimits, measureLoad } from "../src/flow/load.ts";
import type { Store } from "../src/ports/store.ts";
import type { Timers } from "../src/ports/timers.ts";
import { close } from "./messages.ts";
import { gist, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** Timers of which a test says what time it is, and when the periodic ones are due. */
function lateTimers(): Timers & { pass: (ms: number) => void } {
  const actions = new Set<() => void>();
  let nowMs = 0;
  return {
    ...nodeTimers,
    now: () => nowMs,
    every: (_, action) => {
      actions.add(action);
      return () => void actions.delete(action);
    },
    pass: (ms) => {
      nowMs += ms;
      for (const action of [...actions]) action();
    },
  };
}

/** A store that commits nothing until it is let go. */
function heldStore() {
  const store = memoryStore(seededRandom(1));
  const gate = Promise.withResolvers<void>();
  const held: Store = Object.create(store, {
    append: {
      value: (batch: Parameters<Store["append"]>[0]) => gate.promise.then(() => store.append(batch)),
    },
  });
  return { held, letGo: gate.resolve };
}

const figure = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(url)).text();
  return Number(new RegExp(`^intentcast_relay_${name} (.+)$`, "m").exec(text)?.[1]);
};

describe("a relay whose turns come late", () => {
  test("is late by what a sample came too late, and prompt again with the next that does not", () => {
    const timers = lateTimers();
    const load = measureLoad(defaultLoadLimits, timers);
    let called = 0;
    timers.pass(250);
    expect([load.lagMs, load.isLagging()]).toEqual([0, false]);
    timers.pass(1500);
    expect([load.lagMs, load.isLagging()]).toEqual([1250, true]);
    load.whenPrompt(() => {
      called += 1;
    });
    timers.pass(1500);
    expect(called).toBe(0);
    timers.pass(300);
    expect([load.lagMs, load.isLagging(), called]).toEqual([50, false, 1]);
    timers.pass(250);
    expect(called).toBe(1);
  });

  test("reads from those who ask no further until it is prompt again, and then answers them", async () => {
    const timers = lateTimers();
    const { relay, connect } = await serve(stack, { timers });
    const client = await connect();
    timers.pass(5000);
    expect(await figure(relay.metricsUrl, "lag_seconds")).toBeGreaterThan(1);
    // What comes first makes the relay stop reading, whatever it is; what comes after waits in the socket.
    expect(gist(await publish(client, close(1)))).toMatchObject(["accepted", 1, {}]);
    expect(await figure(relay.metricsUrl, "held_total")).toBe(1);
    client.send("publish", 2, close(2).bytes);
    const [other] = [await connect()];
    expect(gist(await publish(other, close(3)))).toMatchObject(["accepted", 1, { position: 2 }]);
    expect(client.waiting("accepted")).toEqual([]);
    timers.pass(250);
    expect(gist(await client.answer())).toMatchObject(["accepted", 2, { position: 3 }]);
  });
});

test("a relay with more to commit than it may hold stops reading before it refuses, and its memory is bounded", async () => {
  const { held, letGo } = heldStore();
  const load = { pendingMessages: 10, pendingBytes: 1024 * 1024 };
  const { relay, connect } = await serve(stack, { store: held, load });
  const client = await connect();
  // Far more than one socket brings at once: what is not read lies with the client and its system.
  const messages = Array.from({ length: 2000 }, (_, i) => close(i).bytes);
  messages.forEach((bytes, i) => {
    client.send("publish", i + 1, bytes);
  });
  while ((await figure(relay.metricsUrl, "held_total")) === 0);
  const pending = await figure(relay.metricsUrl, "pending_messages");
  expect(pending).toBeGreaterThan(10);
  expect(pending).toBeLessThan(1000);
  letGo();
  for (let ref = 1; ref <= messages.length; ref++) {
    const [name, answered, , code] = await client.answer();
    expect([answered, name === "accepted" || code === "overloaded"]).toEqual([ref, true]);
  }
  expect(await figure(relay.metricsUrl, "pending_messages")).toBe(0);
  expect(await figure(relay.metricsUrl, "pending_bytes")).toBe(0);
});
