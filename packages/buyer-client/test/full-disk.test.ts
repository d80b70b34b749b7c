/** A buyer whose journal takes nothing for a while: what cannot be written down does not happen, and it goes on by itself. */
import { type Journal, memoryJournal } from "@intentcast/journal";
import { IntentcastError, reject } from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { fixedClock } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Buyer, type BuyerOptions, type Draft, type Offered, openBuyer } from "../src/index.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const seed = new Uint8Array(32).fill(42);
const clock = fixedClock(1_800_000_000);
const draft: Draft = { want: [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }] };

let relay: Relay;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  relay = await startRelay({ port: 0, clock });
  stack = new AsyncDisposableStack();
});
afterEach(async () => {
  await stack.disposeAsync();
  await relay.stop();
});

/** A journal on a disk that is full as long as it is told to be. */
function fillable(): { journal: Journal; disk: { isFull: boolean } } {
  const inner = memoryJournal();
  const disk = { isFull: false };
  const journal: Journal = {
    append: (entry) =>
      disk.isFull
        ? Promise.reject(new IntentcastError(reject("journal-failed", "database or disk is full").error))
        : inner.append(entry),
    read: (after) => inner.read(after),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  return { journal, disk };
}

/** What waits a quarter of a minute waits a moment. */
const timers: NonNullable<BuyerOptions["timers"]> = (ms, action) => {
  const timer = setTimeout(action, ms === 15_000 ? 50 : ms);
  return () => clearTimeout(timer);
};

async function offered() {
  const { journal, disk } = fillable();
  const logged: string[] = [];
  const log = (event: string): void => void logged.push(event);
  const buyer: Buyer = stack.use(await openBuyer({ seed, relays: [relay.url], journal, clock, timers, log }));
  const cradle = stack.use(new ScriptedSeller(relay.url, 1, clock));
  const cast = await buyer.cast(draft);
  const intent = await cradle.hear();
  await cradle.offer(intent, 20_000);
  const first = (await cast.offers().next()).value as Offered;
  return { buyer, cast, cradle, intent, first, disk, logged };
}

test("an award that cannot be written down is not sent, and can be given when there is room", async () => {
  const { cast, cradle, intent, first, disk } = await offered();
  disk.isFull = true;
  await expect(cast.award(first)).rejects.toMatchObject({ code: "journal-failed" });
  expect(cast.purchases()).toEqual([]);
  expect(await cradle.received(intent)).toEqual([]);
  disk.isFull = false;
  await cast.award(first);
  expect((await cradle.receive(intent)).kind).toBe("award");
});

test("an intent that cannot be written down is not cast", async () => {
  const { buyer, disk } = await offered();
  disk.isFull = true;
  await expect(buyer.cast(draft)).rejects.toMatchObject({ code: "journal-failed" });
  disk.isFull = false;
  expect(buyer.casts()).toHaveLength(1);
});

test("what comes meanwhile is read when there is room again; whoever waits for it is told why it does not come", async () => {
  const { cast, cradle, intent, first, disk, logged } = await offered();
  const purchase = await cast.award(first);
  const award = await cradle.receive(intent);
  disk.isFull = true;
  const told = expect(purchase.ordered()).rejects.toMatchObject({ code: "journal-failed" });
  const order = await cradle.order(intent, award, 20_000);
  await told;
  expect(logged).toContain("mailbox-failed");
  disk.isFull = false;
  await expect.poll(() => purchase.deal.order?.id, { timeout: 10_000 }).toEqual(order.id);
  expect((await purchase.ordered()).id).toEqual(order.id);
});
