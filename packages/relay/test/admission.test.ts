import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryStore } from "../src/adapters/memory-store.ts";
import type { Store } from "../src/ports/store.ts";
import { close, intent, largeSealed, now } from "./messages.ts";
import { fromStart, gist, manualTimers, publish, serve, temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

describe("a client that floods", () => {
  test("is told to wait, and for how long, and is served again afterwards", async () => {
    const { connect, clock } = await serve(stack, { quotas: { connection: { perSecond: 1, burst: 2 } } });
    const client = await connect();
    for (let i = 1; i <= 3; i++) client.send("publish", i, close(i).bytes);
    const answers = await client.take(2, "accepted");
    expect(answers.map(([, ref]) => ref)).toEqual([1, 2]);
    const [, ref, stage, code, , retryAfter] = await client.next("rejected");
    expect([ref, stage, code, retryAfter]).toEqual([3, "admit", "rate-limited", 1]);
    clock.advance(1);
    expect(gist(await publish(client, close(3), 4))).toMatchObject(["accepted", 4, { position: 3 }]);
  });

  test("does not use up what others may", async () => {
    const { connect } = await serve(stack, { quotas: { connection: { perSecond: 1, burst: 1 } } });
    const [flooding, other] = [await connect(), await connect()];
    for (let i = 1; i <= 50; i++) flooding.send("publish", i, close(i).bytes);
    await flooding.take(49, "rejected");
    expect(gist(await publish(other, close(99)))).toMatchObject(["accepted", 1, {}]);
  });

  test("pays nothing for a message that the relay has already", async () => {
    const { connect } = await serve(stack, { quotas: { author: { perSecond: 1, burst: 1 } } });
    const client = await connect();
    await publish(client, close(1));
    for (let i = 0; i < 5; i++) {
      expect(await publish(client, close(1))).toMatchObject(["accepted", 1, { duplicate: true }]);
    }
    expect((await publish(client, close(2)))[3]).toBe("rate-limited");
  });

  test("with subscriptions is stopped at the limit that hello tells, ten thousand or not", async () => {
    const { connect } = await serve(stack);
    const client = await connect();
    const { subscriptions } = client.hello.limits;
    for (let number = 1; number <= 10_000; number++) {
      client.send("subscribe", number, { kinds: ["close"] }, { live: true, credit: 1 });
    }
    const ended = await client.take(10_000 - subscriptions, "ended");
    expect(new Set(ended.map(([, , code]) => code))).toEqual(new Set(["too-many-subscriptions"]));
    expect(gist(await publish(client, close(1)))).toMatchObject(["accepted", 1, { matched: subscriptions }]);
  });
});

describe("a relay that has taken on too much", () => {
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

  test("refuses with a code and a time, and answers what it had taken", async () => {
    const { held, letGo } = heldStore();
    const load = { pendingMessages: 2, pendingBytes: 1024 * 1024 };
    const { connect } = await serve(stack, { store: held, load });
    const clients = await Promise.all(Array.from({ length: 12 }, connect));
    clients.forEach((client, i) => {
      client.send("publish", 1, close(i).bytes);
    });
    const [, , stage, code, , retryAfter] = await Promise.any(
      clients.map((client) => client.next("rejected")),
    );
    expect([stage, code]).toEqual(["admit", "overloaded"]);
    expect(retryAfter).toBeGreaterThan(0);
    letGo();
    const taken = clients.filter((client) => client.waiting("rejected").length === 0);
    await Promise.any(taken.map((client) => client.next("accepted")));
  });
});

describe("a relay without room", () => {
  test("refuses publishes, serves what it has, and takes messages again when there is room", async () => {
    const data = await temporaryFolder(stack);
    const timers = manualTimers();
    const full = await serve(stack, { data, timers, space: { maxBytes: 256 * 1024 }, quotas: "off" });
    const client = await full.connect();
    const letters = await largeSealed(40);
    const accepted: number[] = [];
    let refusal: readonly unknown[] = [];
    for (const [i, { bytes }] of letters.entries()) {
      const answer = await publish(client, bytes, i + 1);
      if (answer[0] === "accepted") accepted.push(i);
      else refusal = gist(answer);
    }
    expect(accepted.length).toBeGreaterThan(0);
    expect(refusal).toEqual(["rejected", 40, "store", "store-full"]);
    client.send("subscribe", 1, { kinds: ["close"] }, fromStart);
    await client.next("caughtUp");
    expect(client.hello.position).toBe(0);
    await full.relay.stop();

    const roomy = await serve(stack, { data, quotas: "off" });
    const again = await roomy.connect();
    expect(again.hello.position).toBe(accepted.length);
    for (const i of accepted) {
      expect(await publish(again, letters[i] as (typeof letters)[number])).toMatchObject([
        "accepted",
        1,
        { duplicate: true },
      ]);
    }
    expect(gist(await publish(again, letters[39] as (typeof letters)[number]))).toMatchObject([
      "accepted",
      1,
      {},
    ]);
  });

  test("that is read-only says so, and is ready for readers", async () => {
    const { relay, connect } = await serve(stack, { readOnly: true });
    const client = await connect();
    expect(gist(await publish(client, close(1)))).toEqual(["rejected", 1, "admit", "read-only"]);
    client.send("subscribe", 1, {}, fromStart);
    await client.next("caughtUp");
    const ready = await fetch(`${relay.url.replace("ws", "http")}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ok", publishing: "read-only" }]);
  });
});

describe("a relay whose clock is a day off", () => {
  test.for([
    [-86_400, "not-yet-valid"],
    [86_400, "expired"],
  ] as const)("by %i seconds refuses with %s, and tells its time", async ([ahead, code]) => {
    const { connect, clock } = await serve(stack);
    clock.advance(ahead);
    const client = await connect();
    expect(client.hello.time).toBe(now + ahead);
    expect(gist(await publish(client, close(1)))).toEqual(["rejected", 1, "admit", code]);
  });
});

describe("a relay that drains", () => {
  test("turns newcomers away, serves those it has, and stops when the last has gone", async () => {
    const { relay, connect } = await serve(stack);
    const client = await connect();
    relay.drain();
    await expect(connect()).rejects.toThrow(/503/);
    expect(gist(await publish(client, intent(1, "shopify/aa")))).toMatchObject(["accepted", 1, {}]);
    client.webSocket.close();
    await relay.closed();
  });
});

test("the metrics may have a port of their own", async () => {
  const { relay } = await serve(stack, { metrics: { port: 0 } });
  expect((await fetch(`${relay.url.replace("ws", "http")}/metrics`)).status).toBe(404);
  const metrics = await fetch(relay.metricsUrl);
  expect(await metrics.text()).toMatch(/intentcast_relay_connections/);
});
