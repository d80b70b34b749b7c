/** Publishing over a real socket into a real database. */
import { readMessage, reject } from "@intentcast/protocol";
import { readVectors, seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryStore } from "../src/adapters/memory-store.ts";
import type { Store } from "../src/ports/store.ts";
import { buyer, close, forged, now, profile, sealed } from "./messages.ts";
import { fromStart, gist, manualTimers, publish, serve, temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const onDisk = async () => ({ data: await temporaryFolder(stack) });

test("a message is accepted with its id, its position and how many subscriptions it matched", async () => {
  const { connect } = await serve(stack, await onDisk());
  const client = await connect();
  expect(await publish(client, close(1), 7)).toEqual([
    "accepted",
    7,
    { id: close(1).id, position: 1, matched: 0 },
  ]);
  client.send("subscribe", 1, { kinds: ["close"] }, fromStart);
  client.send("subscribe", 2, { kinds: ["close"], authors: [buyer.publicKey] }, { live: true, credit: 0 });
  client.send("subscribe", 3, { kinds: ["intent"] }, fromStart);
  expect(gist(await publish(client, close(2)))).toMatchObject(["accepted", 1, { position: 2, matched: 2 }]);
});

test("what was accepted is there after a restart, at its position and in the same store", async () => {
  const config = await onDisk();
  const before = await serve(stack, config);
  const first = await before.connect();
  for (let i = 1; i <= 5; i++) await publish(first, close(i));
  await before.relay.stop();
  const after = await serve(stack, config);
  const second = await after.connect();
  expect(second.hello).toMatchObject({ store: first.hello.store, position: 5 });
  second.send("subscribe", 1, {}, fromStart);
  const messages = await second.take(5, "message");
  expect(messages.map(([, , position, bytes]) => [position, bytes])).toEqual(
    [1, 2, 3, 4, 5].map((i) => [i, close(i).bytes]),
  );
  expect(gist(await publish(second, close(6)))).toMatchObject(["accepted", 1, { position: 6 }]);
});

test("a duplicate is accepted as one, with the original's position, and delivered to nobody", async () => {
  const { connect } = await serve(stack, await onDisk());
  const client = await connect();
  client.send("subscribe", 1, {}, fromStart);
  await publish(client, close(1));
  expect(await publish(client, close(1))).toEqual([
    "accepted",
    1,
    { id: close(1).id, position: 1, duplicate: true },
  ]);
  await client.settled();
  expect(client.waiting("message")).toHaveLength(1);
});

test.for<[string, string, () => Uint8Array | Promise<Uint8Array>]>([
  ["decode", "envelope-form", () => Uint8Array.of(1, 2, 3)],
  ["decode", "envelope-form", () => new Uint8Array(0)],
  ["verify", "signature-invalid", () => forged(close(1))],
  ["admit", "expired", () => close(1, { issued: now - 20, expires: now }).bytes],
  ["admit", "not-yet-valid", () => close(1, { issued: now + 301 }).bytes],
  ["admit", "lifetime-too-long", () => close(1, { expires: now + 30 * 86_400 + 1 }).bytes],
])("is refused at %s with %s", async ([stage, code, make]) => {
  const { connect } = await serve(stack);
  const client = await connect();
  const answer = await publish(client, await make(), 3);
  expect(answer.slice(0, 4)).toEqual(["rejected", 3, stage, code]);
  expect(gist(await publish(client, close(9)))).toMatchObject(["accepted", 1, { position: 1 }]);
});

test("every vector that is no message is refused to its sender with its own stage and code, and none is stored", async () => {
  const { relay, connect } = await serve(stack, { quotas: "off", ...(await onDisk()) });
  const client = await connect();
  const codes = new Set<string>();
  for (const { bytes } of ["decode", "envelope", "sealed", "validate"].flatMap(readVectors)) {
    const verdict = readMessage(bytes);
    if (verdict.ok || bytes.length > client.hello.limits.message) continue;
    const { stage, code } = verdict.error;
    expect(gist(await publish(client, bytes))).toEqual(["rejected", 1, stage, code]);
    codes.add(code);
  }
  for (const code of ["envelope-form", "cbor-key-order", "signature-invalid", "body-shape"])
    expect(codes).toContain(code);
  const figures = await (await fetch(relay.metricsUrl)).text();
  expect(figures).toContain("intentcast_relay_pending_bytes 0\n");
  expect(figures).toContain("intentcast_relay_store_head 0\n");
});

test("the bounds of admission are admitted: five minutes ahead, thirty days long, one second to live", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  const month = 30 * 86_400;
  expect(gist(await publish(client, close(1, { issued: now + 300 })))).toMatchObject(["accepted", 1, {}]);
  expect(gist(await publish(client, close(2, { expires: now + month })))).toMatchObject(["accepted", 1, {}]);
  expect(gist(await publish(client, close(3, { issued: now - 9, expires: now + 1 })))).toMatchObject([
    "accepted",
    1,
    {},
  ]);
});

test("a message larger than this relay takes is refused as such", async () => {
  const { connect } = await serve(stack, { limits: { message: 1000 } });
  const client = await connect();
  expect(gist(await publish(client, await sealed(1)))).toMatchObject([
    "rejected",
    1,
    "admit",
    "message-too-large",
  ]);
});

test("an older profile is refused as superseded, and only the latest is served", async () => {
  const { connect } = await serve(stack, await onDisk());
  const client = await connect();
  await publish(client, profile(1, { issued: now - 2 }));
  await publish(client, profile(2, { issued: now }));
  expect(gist(await publish(client, profile(3, { issued: now - 1 })))).toMatchObject([
    "rejected",
    1,
    "admit",
    "superseded",
  ]);
  client.send("subscribe", 1, { kinds: ["profile"] }, { ...fromStart, live: false });
  expect(await client.next("ended")).toEqual(["ended", 1, "complete", ""]);
  expect(client.waiting("message").map(([, , position]) => position)).toEqual([2]);
});

test("answers keep the order of the requests, also where a refusal is known before a commit", async () => {
  const { connect } = await serve(stack, await onDisk());
  const client = await connect();
  const requests: Uint8Array[] = Array.from({ length: 50 }, (_, i) =>
    i % 3 === 0 ? Uint8Array.of(i) : close(i).bytes,
  );
  requests.forEach((bytes, i) => {
    client.send("publish", i + 1, bytes);
  });
  const answers = [];
  while (answers.length < requests.length) answers.push(await client.answer());
  expect(answers.map(([, ref]) => ref)).toEqual(requests.map((_, i) => i + 1));
  expect(answers.map(([name]) => name)).toEqual(
    requests.map((_, i) => (i % 3 === 0 ? "rejected" : "accepted")),
  );
});

test("messages that arrive together share commits", async () => {
  const store = memoryStore(seededRandom(1));
  const batches: number[] = [];
  const counting: Store = Object.create(store, {
    append: {
      value: (batch: Parameters<Store["append"]>[0]) => {
        batches.push(batch.length);
        return store.append(batch);
      },
    },
  });
  const { connect } = await serve(stack, { store: counting });
  const clients = await Promise.all(Array.from({ length: 8 }, connect));
  const messages = Array.from({ length: 80 }, (_, i) => close(i));
  messages.forEach((message, i) => {
    clients[i % 8]?.send("publish", i + 1, message.bytes);
  });
  await Promise.all(clients.map((client) => client.take(10, "accepted")));
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(80);
  expect(batches.length).toBeLessThan(80);
});

test.for([
  ["store-failed", 5],
  ["store-full", 60],
] as const)(
  "when the store refuses with %s those messages are refused, and the relay goes on",
  async ([code, retryAfter]) => {
    const store = memoryStore(seededRandom(1));
    let failing = true;
    const broken: Store = Object.create(store, {
      append: {
        value: async (batch: Parameters<Store["append"]>[0]) =>
          failing ? reject(code, "no luck") : store.append(batch),
      },
    });
    const timers = manualTimers();
    const { connect } = await serve(stack, { store: broken, timers });
    const client = await connect();
    expect(await publish(client, close(1))).toEqual(["rejected", 1, "store", code, "no luck", retryAfter]);
    failing = false;
    timers.tick();
    expect(gist(await publish(client, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
  },
);
