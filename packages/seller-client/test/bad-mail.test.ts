/** What comes to a seller's mailbox and does not belong there: each is refused for what it is, and answered with nothing. */
import { memoryJournal } from "@intentcast/journal";
import { minute, type Private } from "@intentcast/protocol";
import { readVectors } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Catalogue, openSeller, type Seller } from "../src/index.ts";
import { type Buyer, Market, now, Record, random, seed, stroller } from "./market.ts";

const shop: Catalogue = { currency: "USD", items: [stroller] };

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

/** A buyer who has an offer, and the seller who has made it. */
async function offered(): Promise<{ buyer: Buyer; seller: Seller }> {
  const options = market.seller({ journal: memoryJournal(), log: record.log });
  const seller = stack.use(await openSeller(options));
  seller.answerFromCatalogue(shop);
  const buyer = await market.cast();
  await buyer.get("offer");
  return { buyer, seller };
}

const vector = (stage: string, name: string): Pick<Private, "bytes"> => ({
  bytes: readVectors(stage).find((one) => one.case === name)?.bytes as Uint8Array,
});

function flipped({ bytes }: Private): Pick<Private, "bytes"> {
  const forged = bytes.slice();
  forged[forged.length - 1] = (forged.at(-1) as number) ^ 1;
  return { bytes: forged };
}

const text = "hello";

test.each<[string, string, string, (buyer: Buyer) => Pick<Private, "bytes">]>([
  ["malformed", "decode", "envelope-form", () => ({ bytes: Uint8Array.of(1, 2, 3) })],
  ["non-canonical", "decode", "cbor-key-order", () => vector("envelope", "body-key-order")],
  ["mis-signed", "verify", "signature-invalid", (buyer) => flipped(buyer.draft("note", { text }))],
  ["for everybody", "open", "inner-kind", () => vector("envelope", "profile")],
  ["for somebody else", "open", "inner-mailbox", (buyer) => buyer.draft("note", { text, to: seed(3) })],
  [
    "of another thread",
    "advance",
    "thread-mismatch",
    (buyer) => buyer.draft("note", { text, thread: random(32) }),
  ],
  ["out of turn", "advance", "out-of-turn", (buyer) => buyer.draft("update", { status: "OrderProblem" })],
  [
    "by the wrong side",
    "advance",
    "author-wrong",
    (buyer) => {
      const { lines, currency, total, breakdown, reply } = buyer.offer.body;
      return buyer.draft("offer", {
        seller: "me",
        lines,
        currency,
        total,
        breakdown,
        reply,
        expires: now() + minute,
      });
    },
  ],
  ["not yet valid", "advance", "issued-ahead", (buyer) => buyer.draft("note", { text, issued: now() + 400 })],
  [
    "expired",
    "advance",
    "counter-expired",
    (buyer) => buyer.draft("counter", { change: { total: 1 }, issued: now() - 20, expires: now() - 10 }),
  ],
])("what is %s is refused: %s/%s", async (_, stage, code, make) => {
  const { buyer, seller } = await offered();
  await buyer.post(await buyer.seal(make(buyer)));
  const event = ["decode", "verify", "open"].includes(stage) ? "mail-refused" : "message-refused";
  await record.until(event);
  expect(record.entries.find((one) => one.event === event)?.facts).toMatchObject({ stage, code });
  // The deal stands where it stood, and goes on.
  expect(seller.deals()[0]?.messages).toHaveLength(2);
  await buyer.say("award", {});
  await buyer.get("order");
  expect(buyer.kinds).toEqual(["offer", "order"]);
});

test("what is replayed, in its envelope or in another one, is answered once", async () => {
  const { buyer, seller } = await offered();
  const { message, sealed } = await buyer.write("award", {});
  await buyer.post(sealed);
  await buyer.get("order");
  await buyer.post(sealed);
  await buyer.post(await buyer.seal(message));
  await buyer.say("note", { text }, buyer.deal.order?.id);
  await record.until("heard", 1, "note");
  expect(buyer.kinds).toEqual(["offer", "order"]);
  expect(seller.deals()[0]?.messages.map(({ kind }) => kind)).toEqual([
    "intent",
    "offer",
    "award",
    "order",
    "note",
  ]);
});

test("messages that answer nothing we know are held for it, sixteen and no more", async () => {
  const { buyer } = await offered();
  const stray = async () => buyer.post(await buyer.seal(buyer.draft("note", { text, prev: random(32) })));
  for (let i = 0; i < 17; i++) await stray();
  await record.until("message-refused");
  expect(
    record.entries.filter(({ event }) => event === "message-refused").map(({ facts }) => facts["code"]),
  ).toEqual(["prev-unknown"]);
});
