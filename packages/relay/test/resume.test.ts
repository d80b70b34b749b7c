/** Coming back: whatever is cut off when, each message comes once, in order, with nothing left out. */
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryStore } from "../src/adapters/memory-store.ts";
import { nodeTimers } from "../src/adapters/node-timers.ts";
import type { Store } from "../src/ports/store.ts";
import { close } from "./messages.ts";
import type { RawClient } from "./raw-client.ts";
import { type Serving, serve, temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const total = 300;
const messages = Array.from({ length: total }, (_, i) => close(i));

/** Publishes everything over several connections, a few at a time. */
async function publishAll({ connect }: Serving, writers: number): Promise<void> {
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const client = await connect();
      const own = messages.filter((__, i) => i % writers === writer);
      for (let i = 0; i < own.length; i += 7) {
        const group = own.slice(i, i + 7);
        group.forEach((message, ref) => {
          client.send("publish", ref + 1, message.bytes);
        });
        await client.take(group.length, "accepted");
      }
    }),
  );
}

/** Reads until all is there, and drops the connection again and again after a few messages. */
async function readWithCuts({ connect }: Serving, random: (most: number) => number): Promise<number[]> {
  const positions: number[] = [];
  while (positions.length < total) {
    await using client: RawClient = await connect();
    const visit = 1 + random(60);
    let credit = 1 + random(20);
    client.send("subscribe", 1, { kinds: ["close"] }, { after: positions.at(-1) ?? 0, live: true, credit });
    for (let i = 0; i < visit && positions.length < total; i++) {
      positions.push((await client.next("message"))[2]);
      credit -= 1;
      if (credit === 0) {
        credit = 1 + random(20);
        client.send("credit", 1, credit);
      }
    }
  }
  return positions;
}

/** A store as one in another thread would be: everything takes a while, and commits show before they are told of. */
function dawdling(random: (most: number) => number): Store {
  const store = memoryStore(seededRandom(1));
  const dawdle = async () => {
    for (let turns = random(4); turns > 0; turns--) await nodeTimers.turn();
  };
  return {
    ...store,
    get head() {
      return store.head;
    },
    append: async (batch) => {
      await dawdle();
      const appended = await store.append(batch);
      await dawdle();
      return appended;
    },
    query: async (...query) => {
      await dawdle();
      const page = await store.query(...query);
      await dawdle();
      return page;
    },
  };
}

const seeds = [1, 2, 3, 4, 5];

test.for(
  seeds.flatMap((seed) => [["SQLite", seed] as const, ["a store that takes its time", seed] as const]),
)(
  "with %s, readers that come and go while others publish get each message once, in order (seed %i)",
  async ([kind, seed]) => {
    const bytes = seededRandom(seed);
    const random = (most: number) => (bytes(1)[0] as number) % most;
    const config = kind === "SQLite" ? { data: await temporaryFolder(stack) } : { store: dawdling(random) };
    const serving = await serve(stack, config);
    const readers = Array.from({ length: 4 }, () => readWithCuts(serving, random));
    await publishAll(serving, 3);
    const expected = Array.from({ length: total }, (_, i) => i + 1);
    for (const reader of readers) expect(await reader).toEqual(expected);
  },
);
