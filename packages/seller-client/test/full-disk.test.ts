/** A seller whose journal takes nothing for a while: what cannot be written down does not happen, and it goes on by itself. */
import { type Journal, memoryJournal } from "@intentcast/journal";
import { IntentcastError, reject } from "@intentcast/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Catalogue, openSeller, type SellerOptions } from "../src/index.ts";
import { Market, Record, stroller } from "./market.ts";

const shop: Catalogue = { currency: "USD", items: [{ ...stroller, available: 9 }] };

let market: Market;
let record: Record;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  market = await Market.open();
  record = new Record();
  stack = new AsyncDisposableStack();
  stack.use(market);
});
afterEach(() => stack.disposeAsync());

/** A shop on a disk that has no room for the kinds of entries of which it is told so. */
async function shopOnDisk() {
  const inner = memoryJournal();
  const disk = { isFull: (_: string): boolean => false };
  const journal: Journal = {
    append: (entry) =>
      disk.isFull(entry.kind)
        ? Promise.reject(new IntentcastError(reject("journal-failed", "database or disk is full").error))
        : inner.append(entry),
    read: (after) => inner.read(after),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  // What waits five seconds waits a moment.
  const timers: NonNullable<SellerOptions["timers"]> = (ms, action) => {
    const timer = setTimeout(action, ms <= 5_000 ? Math.min(ms, 50) : ms);
    return () => clearTimeout(timer);
  };
  const seller = stack.use(await openSeller(market.seller({ journal, timers, log: record.log })));
  seller.answerFromCatalogue(shop);
  return { seller, disk };
}

test("an award that comes while nothing can be written down gets its order when there is room again", async () => {
  const { seller, disk } = await shopOnDisk();
  const buyer = await market.cast();
  await buyer.get("offer");
  await record.until("sent");
  disk.isFull = () => true;
  await buyer.say("award", {});
  await record.until("mail-not-taken");
  expect(buyer.kinds).toEqual(["offer"]);
  disk.isFull = () => false;
  expect((await buyer.get("order")).body.total).toBe(24_900);
  expect(seller.deals().map(({ phase }) => phase)).toEqual(["ordered"]);
});

test("an intent that comes meanwhile gets no offer, and the next one does", async () => {
  const { seller, disk } = await shopOnDisk();
  disk.isFull = () => true;
  const missed = await market.cast();
  await record.until("not-answered");
  disk.isFull = () => false;
  await (await market.cast()).get("offer");
  expect(missed.kinds).toEqual([]);
  expect(seller.deals()).toHaveLength(1);
});

test("that something was sent is written down when there is room again", async () => {
  const { seller, disk } = await shopOnDisk();
  const buyer = await market.cast();
  await buyer.get("offer");
  await record.until("sent");
  const [deal] = seller.deals();
  if (deal === undefined) throw new Error("no deal");
  disk.isFull = (kind) => kind === "seller/sent";
  await seller.note(deal, "It is blue.");
  await buyer.get("note");
  const sent = () => record.entries.filter(({ event }) => event === "sent").length;
  expect(sent()).toBe(1);
  disk.isFull = () => false;
  await seller.settled();
  expect(sent()).toBe(2);
  expect(buyer.kinds).toEqual(["offer", "note"]);
});
