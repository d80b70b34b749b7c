/** A relay comes back with an empty disk: what only its lost store had is sent again. */
import { memoryJournal } from "@intentcast/journal";
import { type Message, type Signer, toHex } from "@intentcast/protocol";
import { connectRelays, type SubscribeOptions } from "@intentcast/relay-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Catalogue, openSeller, type Seller, type SellerOptions } from "../src/index.ts";
import { Market, Record, stroller } from "./market.ts";

const shop: Catalogue = { currency: "USD", items: [stroller] };

let market: Market;
let record: Record;
let sellers: AsyncDisposableStack;

beforeEach(async () => {
  market = await Market.open();
  record = new Record();
  sellers = new AsyncDisposableStack();
});
afterEach(async () => {
  await sellers.disposeAsync();
  await market[Symbol.asyncDispose]();
});

const open = async (options: Partial<SellerOptions> = {}): Promise<Seller> =>
  sellers.use(await openSeller(market.seller({ log: record.log, ...options })));

/** What a relay gives first to somebody who asks it for this. */
async function first(kinds: ("sealed" | "profile")[], options: SubscribeOptions = {}): Promise<Message> {
  await using pool = connectRelays({ relays: [market.relay.url] });
  for await (const { message } of pool.subscribe({ kinds }, options)) return message;
  throw new Error("the relay serves nothing");
}

/** The first letter in a mailbox. */
const letterTo = (signer: Signer): Promise<Message> => first(["sealed"], { mailboxes: [signer] });

test("an offer is sent again to the byte, once", async () => {
  (await open()).answerFromCatalogue(shop);
  const buyer = await market.cast();
  await buyer.get("offer");
  const offer = await letterTo(buyer.mailbox);
  await market.replaceRelay();
  expect(toHex((await letterTo(buyer.mailbox)).bytes)).toBe(toHex(offer.bytes));
  expect(record.entries.filter(({ event }) => event === "sent-again")).toHaveLength(1);
});

test("a seller that was started again sends the order that only the lost store had, and not the offer", async () => {
  const journal = memoryJournal();
  const before = await openSeller(market.seller({ journal, log: record.log }));
  before.answerFromCatalogue(shop);
  const buyer = await market.cast();
  await buyer.get("offer");
  await buyer.say("award", {});
  await buyer.get("order");
  await record.until("sent", 2);
  await before[Symbol.asyncDispose]();
  const written = (await journal.read()).filter(({ kind }) => kind === "seller/said");

  await market.replaceRelay();
  await open({ journal });
  const letter = await letterTo(buyer.mailbox);
  expect(written.map(({ value }) => toHex(value)).join()).toContain(toHex(letter.bytes));
  await record.until("sent", 3);
  expect(record.entries.filter(({ event }) => event === "sent-again")).toHaveLength(1);
});

test("what the store that came back has still, as one restored from a backup, is written down and not sent a third time", async () => {
  const journal = memoryJournal();
  const seller = await open({ journal });
  seller.answerFromCatalogue(shop);
  const buyer = await market.cast();
  await buyer.get("offer");
  const offer = await letterTo(buyer.mailbox);
  await seller[Symbol.asyncDispose]();
  await market.replaceRelay();
  await buyer.post(offer.bytes);

  const again = await openSeller(market.seller({ journal, log: record.log }));
  await record.until("sent", 2);
  await again[Symbol.asyncDispose]();
  const last = await open({ journal });
  await last.publishProfile();
  expect(record.entries.filter(({ event }) => event === "sent-again")).toHaveLength(1);
});

test("the profile is published again", async () => {
  await (await open()).publishProfile();
  const profile = await first(["profile"]);
  await market.replaceRelay();
  expect((await first(["profile"])).bytes).toEqual(profile.bytes);
});
