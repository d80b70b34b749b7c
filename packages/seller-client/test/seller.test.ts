import { type Journal, memoryJournal } from "@intentcast/journal";
import { encodeBundle, IntentcastError, minute, toHex, verifyBundle } from "@intentcast/protocol";
import type { Timers } from "@intentcast/relay-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Catalogue, openSeller, type Seller, type SellerOptions } from "../src/index.ts";
import { Market, now, Record, stroller } from "./market.ts";

const shop: Catalogue = { currency: "USD", items: [stroller], payment: ["card"] };

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

/** A journal that fails from a moment on, as a process that is killed does. */
function mortal(journal: Journal, dies: (kind: string, before: number) => boolean): Journal {
  let count = 0;
  let isDead = false;
  return {
    async append(entry) {
      isDead ||= dies(entry.kind, count++);
      if (isDead) throw new Error("killed");
      return journal.append(entry);
    },
    read: (after) => journal.read(after),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

describe("a seller with a catalogue", () => {
  test("carries a deal from the intent to a receipt, and the bundle proves it", async () => {
    const seller = await open();
    seller.answerFromCatalogue(shop, { paidAtOnce: true });
    const buyer = await market.cast();
    const offer = await buyer.get("offer");
    expect(offer.body).toMatchObject({ seller: "Cradle & Co", total: 24_900, payment: ["card"] });
    await buyer.say("award", { payment: "card" });
    const order = await buyer.get("order");
    expect(order.body).toMatchObject({ total: 24_900, payment: { method: "card" } });
    const receipt = await buyer.get("receipt");
    expect(receipt.body.paid).toMatchObject({ currency: "USD", total: 24_900, method: "card" });
    expect(verifyBundle(encodeBundle(buyer.deal)).ok).toBe(true);
    expect(seller.deals().map(({ phase }) => phase)).toEqual(["receipted"]);
  });

  test("answers intents that were cast before it came", async () => {
    const buyer = await market.cast();
    (await open()).answerFromCatalogue(shop);
    expect((await buyer.get("offer")).body.total).toBe(24_900);
  });

  test("does not answer an intent that its buyer has closed", async () => {
    const closed = await market.cast();
    await closed.close("withdrawn");
    const seller = await open();
    seller.answerFromCatalogue(shop);
    await (await market.cast()).get("offer");
    expect(seller.deals().map(({ intent }) => toHex(intent.id))).not.toContain(closed.key);
  });

  test("answers an intent that somebody else claims to close", async () => {
    const buyer = await market.cast();
    const stranger = await market.cast({
      want: [{ category: "uncategorized", name: "whale", quantity: { value: 1, unit: "C62" } }],
    });
    Object.assign(stranger, { intent: buyer.intent });
    await stranger.close("withdrawn");
    (await open()).answerFromCatalogue(shop);
    expect((await buyer.get("offer")).body.total).toBe(24_900);
  });

  test("tells why it has no offer", async () => {
    const reasons: string[] = [];
    const seller = await open();
    seller.answerFromCatalogue(shop, { onNoOffer: (_, { misses }) => reasons.push(misses[0].reason) });
    await market.cast({ price: { currency: "USD", max: 100 } });
    await record.until("no-offer");
    expect(reasons).toEqual(["price"]);
  });

  test("explains each intent that it looks at, where it is asked to", async () => {
    const reasons: string[] = [];
    const seller = await open();
    seller.answerFromCatalogue(shop, {
      onExplain: (_, { considered }) =>
        reasons.push(...considered.map(({ sku, reason }) => `${sku}: ${reason}`)),
    });
    await (await market.cast()).get("offer");
    expect(reasons).toEqual(["twin: only"]);
  });

  test("sells its last piece once, to whose award came first", async () => {
    (await open()).answerFromCatalogue(shop);
    const buyers = [await market.cast(), await market.cast()] as const;
    for (const buyer of buyers) await buyer.get("offer");
    await buyers[0].say("award", {});
    await buyers[0].get("order");
    await buyers[1].say("award", {});
    expect((await buyers[1].get("decline")).body.reason).toBe("out-of-stock");
  });

  test("does not offer what is awarded, and offers it again when the award is taken back", async () => {
    const seller = await open();
    seller.answerFromCatalogue(shop);
    const first = await market.cast();
    await first.get("offer");
    const award = await first.say("award", {});
    await first.get("order");
    await market.cast();
    await record.until("no-offer");
    await first.say("decline", { reason: "other" }, award.id);
    await record.until("heard", 1, "decline");
    const third = await market.cast();
    expect((await third.get("offer")).body.total).toBe(24_900);
  });

  test("gives the last piece to one of ten buyers who race for it", async () => {
    (await open()).answerFromCatalogue(shop);
    const buyers = await Promise.all(Array.from({ length: 10 }, () => market.cast()));
    await Promise.all(buyers.map((buyer) => buyer.get("offer")));
    await Promise.all(buyers.map((buyer) => buyer.say("award", {})));
    const answers = await Promise.all(
      buyers.map((buyer) => Promise.race([buyer.get("order"), buyer.get("decline")])),
    );
    const reasons = answers.flatMap((answer) => (answer.kind === "decline" ? [answer.body.reason] : []));
    expect(answers.filter(({ kind }) => kind === "order")).toHaveLength(1);
    expect(reasons).toEqual(Array.from({ length: 9 }, () => "out-of-stock"));
  });

  test.each([
    ["at or above its floor", 23_000, { goods: 24_900, discount: 1_900 }],
    ["below its floor with its own price", 20_000, { goods: 24_900 }],
    ["above its price with its own price", 30_000, { goods: 24_900 }],
  ])("answers a counter %s", async (_, total, breakdown) => {
    (await open()).answerFromCatalogue(shop, { floor: 0.9 });
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("counter", { change: { total }, expires: now() + 10 * minute });
    expect((await buyer.get("offer", 2)).body.breakdown).toEqual(breakdown);
  });

  test("takes other quantities in a counter, and keeps to its stock", async () => {
    const items = [{ ...stroller, available: 3 }];
    (await open()).answerFromCatalogue({ ...shop, items });
    const buyer = await market.cast();
    await buyer.get("offer");
    const change = (value: number) => ({ quantities: [{ line: 0, quantity: { value, unit: "C62" } }] });
    await buyer.say("counter", { change: change(3), expires: now() + 10 * minute });
    expect((await buyer.get("offer", 2)).body.total).toBe(3 * 24_900);
    await buyer.say("counter", { change: change(4), expires: now() + 10 * minute });
    expect((await buyer.get("offer", 3)).body.total).toBe(24_900);
  });

  test("tells a buyer whose award comes too late", async () => {
    let lead = 0;
    (await open({ clock: () => now() + lead })).answerFromCatalogue({ ...shop, firmFor: 2 * minute });
    const buyer = await market.cast();
    await buyer.get("offer");
    lead = 3 * minute;
    await buyer.say("award", {});
    expect((await buyer.get("decline")).body.reason).toBe("expired");
  });
});

describe("a catalogue that is replaced", () => {
  const wants = (name: string) => ({
    want: [{ category: "uncategorized", name, quantity: { value: 1, unit: "C62" } }],
  });
  const tent = { sku: "tent", name: "Two-Person Tent", price: 18_900, available: 1 };

  test("answers what comes, and what it had no offer for before", async () => {
    const storefront = (await open()).answerFromCatalogue(shop);
    const waiting = await market.cast(wants("two-person tent"));
    await record.until("no-offer");
    storefront.replace({ ...shop, items: [tent] });
    expect((await waiting.get("offer")).body.total).toBe(18_900);
    expect((await (await market.cast(wants("tent"))).get("offer")).body.total).toBe(18_900);
    await storefront.caughtUp;
  });

  test("does not answer again what was answered, closed or is over", async () => {
    let lead = 0;
    const seller = await open({ clock: () => now() + lead });
    const storefront = seller.answerFromCatalogue({ ...shop, items: [stroller] });
    const answered = await market.cast();
    await answered.get("offer");
    const closed = await market.cast(wants("tent"));
    const over = await market.cast({ ...wants("tent"), expires: now() + minute });
    await record.until("no-offer", 2);
    await closed.close("withdrawn");
    lead = 2 * minute;
    storefront.replace({
      ...shop,
      items: [
        { ...stroller, price: 100 },
        { ...tent, available: 9 },
      ],
    });
    await storefront.caughtUp;
    const last = await market.cast(wants("tent"));
    await last.get("offer");
    expect([answered, closed, over].map(({ kinds }) => kinds)).toEqual([["offer"], [], []]);
    expect(seller.deals().map(({ intent }) => toHex(intent.id))).toEqual([answered.key, last.key]);
  });

  test("confirms awards on offers of the one before where the item is still there", async () => {
    const storefront = (await open()).answerFromCatalogue(shop);
    const buyer = await market.cast();
    await buyer.get("offer");
    storefront.replace({ ...shop, items: [{ ...stroller, price: 30_000 }] });
    await buyer.say("award", {});
    expect((await buyer.get("order")).body.total).toBe(24_900);
  });

  test.each([
    ["has vanished", []],
    ["is sold out", [{ ...stroller, available: 0 }]],
  ])("declines awards on an item that %s", async (_, items) => {
    const storefront = (await open()).answerFromCatalogue(shop);
    const buyer = await market.cast();
    await buyer.get("offer");
    storefront.replace({ ...shop, items });
    await buyer.say("award", {});
    expect((await buyer.get("decline")).body.reason).toBe("out-of-stock");
  });

  test("counts a sale against its stock until it was counted after the receipt", async () => {
    let lead = 0;
    const seller = await open({ clock: () => now() + lead });
    const storefront = seller.answerFromCatalogue({ ...shop, items: [{ ...stroller, available: 1 }] });
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("award", {});
    await buyer.get("order");
    lead = 10;
    const exported = now() + lead;
    storefront.replace({ ...shop, items: [{ ...stroller, available: 1 }] });
    await market.cast();
    await record.until("no-offer");

    lead = 20;
    await seller.receipt(seller.deals()[0] as never);
    lead = 30;
    storefront.replace({ ...shop, items: [{ ...stroller, available: 1 }], countedAt: exported });
    await storefront.caughtUp;
    await record.until("no-offer", 2);
    storefront.replace({ ...shop, items: [{ ...stroller, available: 1 }] });
    await (await market.cast()).get("offer");
  });

  test("stays in its currency", async () => {
    const storefront = (await open()).answerFromCatalogue(shop);
    expect(() => storefront.replace({ ...shop, currency: "EUR" })).toThrow(TypeError);
  });

  test("is refused when the storefront is closed", async () => {
    const seller = await openSeller(market.seller());
    const storefront = seller.answerFromCatalogue(shop);
    await storefront[Symbol.asyncDispose]();
    expect(() => storefront.replace(shop)).toThrow(/closed/);
    expect(await storefront.closed).toBeUndefined();
    await seller[Symbol.asyncDispose]();
  });
});

describe("a seller with a handler", () => {
  const lines = [{ line: 0, name: "Stroller", quantity: { value: 1, unit: "C62" }, price: 9_900 }];

  test("goes on when the handler throws, or drafts what is no offer", async () => {
    const seller = await open();
    let calls = 0;
    seller.answer({}, () => {
      calls++;
      if (calls === 1) throw new Error("out of order");
      return calls === 2 ? { lines: [], currency: "USD" } : { lines, currency: "USD" };
    });
    await market.cast();
    await record.until("not-answered", 1);
    await market.cast();
    await record.until("not-answered", 2);
    const third = await market.cast();
    expect((await third.get("offer")).body).toMatchObject({ total: 9_900, breakdown: { goods: 9_900 } });
    expect(
      record.entries.filter(({ event }) => event === "not-answered").map(({ facts }) => facts["code"]),
    ).toEqual([undefined, "body-shape"]);
  });

  test("sends the order and the receipt that its hooks give", async () => {
    const seller = await open();
    seller.answer({}, () => ({ lines, currency: "USD" }), {
      onAward: () => ({ number: "A-1", payment: { method: "cash" }, note: "Ring twice." }),
      onOrdered: ({ order }) => ({
        paid: { method: order?.body.payment?.method ?? "card" },
        note: "Thank you.",
      }),
    });
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("award", {});
    expect((await buyer.get("order")).body).toMatchObject({
      number: "A-1",
      note: "Ring twice.",
      total: 9_900,
    });
    expect((await buyer.get("receipt")).body).toMatchObject({ paid: { method: "cash" }, note: "Thank you." });
  });

  test("refuses an award where its hook says so", async () => {
    const seller = await open();
    seller.answer({}, () => ({ lines, currency: "USD" }), { onAward: () => ({ decline: "other" }) });
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("award", {});
    expect((await buyer.get("decline")).body.reason).toBe("other");
    expect(seller.deals()[0]?.phase).toBe("declined");
  });

  test("calls a hook that threw again, with nothing more said by the buyer", async () => {
    const delaysMs: number[] = [];
    const timers: Timers = (afterMs, action) => {
      // What is asked for right after a failure is the retry; the relay client's own deadlines are left alone.
      const isRetry = afterMs <= 4_000 && record.entries.at(-1)?.event === "hook-failed";
      if (isRetry) delaysMs.push(afterMs);
      const timer = setTimeout(action, isRetry ? 0 : afterMs);
      return () => clearTimeout(timer);
    };
    const seller = await open({ timers });
    let calls = 0;
    seller.answer({}, () => ({ lines, currency: "USD" }), {
      onAward: async () => {
        calls++;
        if (calls < 4) throw new Error("the till is out of order");
        return { number: "A-1" };
      },
    });
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("award", {});
    expect((await buyer.get("order")).body.number).toBe("A-1");
    expect(delaysMs).toEqual([500, 1_000, 2_000]);
    expect(record.entries.filter(({ event }) => event === "hook-failed")).toHaveLength(3);
  });

  test("says where the order stands, talks, and gives the receipt when it is asked to", async () => {
    const seller = await open();
    seller.answer({}, () => ({ lines, currency: "USD" }));
    const buyer = await market.cast();
    await buyer.get("offer");
    const [offered] = seller.deals();
    if (offered === undefined) throw new Error("no deal");
    await expect(seller.receipt(offered)).rejects.toThrow(IntentcastError);
    await buyer.say("award", {});
    await buyer.get("order");
    await seller.update(offered, { status: "OrderDelivered" });
    await seller.note(offered, "It stands in the hall.");
    const done = await seller.receipt(offered, { delivered: now() });
    expect(done.phase).toBe("receipted");
    await buyer.get("receipt");
    expect(buyer.kinds).toEqual(["offer", "order", "update", "note", "receipt"]);
    await expect(seller.receipt(offered)).rejects.toThrow(/receipt-twice/);
  });

  test("hears what the buyer says", async () => {
    const seller = await open();
    const heard = Promise.withResolvers<string>();
    seller.answer({}, () => ({ lines, currency: "USD" }), {
      onMessage: (_, { kind }) => heard.resolve(kind),
    });
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("note", { text: "Is it blue?" });
    expect(await heard.promise).toBe("note");
  });

  test("takes a message that was overtaken together with the one that answers it", async () => {
    const record = new Record();
    const seller = await open({ log: record.log });
    seller.answer({}, () => ({ lines, currency: "USD" }));
    const buyer = await market.cast();
    await buyer.get("offer");
    const first = await buyer.write("note", { text: "One." });
    const second = await buyer.write("note", { text: "Two." }, first.message.id);
    await buyer.post(second.sealed);
    await buyer.post(first.sealed);
    await record.until("heard", 2);
    const texts = seller.deals()[0]?.messages.flatMap((one) => (one.kind === "note" ? [one.body.text] : []));
    expect(texts).toEqual(["One.", "Two."]);
  });

  test("answers what another process on its journal has said", async () => {
    const journal = memoryJournal();
    const record = new Record();
    const seller = await open({ journal, log: record.log });
    seller.answer({}, () => ({ lines, currency: "USD" }));
    const buyer = await market.cast();
    await buyer.get("offer");
    const other = await open({ journal, log: record.log });
    const [deal] = other.deals();
    if (deal === undefined) throw new Error("no deal");
    await other.note(deal, "It is blue.");
    const { id } = await buyer.get("note");
    await buyer.say("note", { text: "Good." }, id);
    // One of the two writes it down.
    await record.until("heard");
    for (const one of [seller, other]) {
      const after = await one.note(deal, "Thank you.");
      expect(after.messages.filter(({ kind }) => kind === "note").length).toBeGreaterThanOrEqual(3);
    }
  });

  test("publishes who it is", async () => {
    const seller = await open();
    await seller.publishProfile({ categories: ["shopify/bt"], payment: ["card"] });
    const profiles = market.pool.subscribe({ kinds: ["profile"] });
    for await (const { message } of profiles) {
      expect(message).toMatchObject({
        kind: "profile",
        body: { name: "Cradle & Co", categories: ["shopify/bt"] },
      });
      break;
    }
  });
});

describe("after a restart", () => {
  test("nothing is answered twice", async () => {
    const journal = memoryJournal();
    const before = await openSeller(market.seller({ journal, log: record.log }));
    before.answerFromCatalogue(shop);
    const first = await market.cast();
    await first.get("offer");
    await first.say("award", {});
    await first.get("order");
    await before[Symbol.asyncDispose]();

    const seller = await open({ journal });
    const answering = seller.answerFromCatalogue({ ...shop, items: [{ ...stroller, available: 2 }] });
    await answering.caughtUp;
    await (await market.cast()).get("offer");
    expect(first.kinds).toEqual(["offer", "order"]);
    expect(
      seller
        .deals()
        .map(({ phase }) => phase)
        .sort(),
    ).toEqual(["offered", "ordered"]);
  });

  test("an award that came while the seller was away gets its order", async () => {
    const journal = memoryJournal();
    const before = await openSeller(market.seller({ journal }));
    before.answerFromCatalogue(shop);
    const buyer = await market.cast();
    await buyer.get("offer");
    await before[Symbol.asyncDispose]();
    await buyer.say("award", {});

    (await open({ journal })).answerFromCatalogue(shop);
    expect((await buyer.get("order")).body.total).toBe(24_900);
  });

  test("what an award holds is still held", async () => {
    const journal = memoryJournal();
    const before = await openSeller(market.seller({ journal }));
    before.answerFromCatalogue(shop);
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("award", {});
    await buyer.get("order");
    await before[Symbol.asyncDispose]();

    (await open({ journal })).answerFromCatalogue(shop);
    await market.cast();
    await record.until("no-offer");
    expect(record.entries.find(({ event }) => event === "no-offer")?.facts["reason"]).toBe("stock");
  });

  test("an award that was written down and not answered gets one order", async () => {
    const journal = memoryJournal();
    let heard = false;
    const dying = mortal(journal, (kind) => {
      const dies = heard && kind === "seller/said";
      heard ||= kind === "seller/heard";
      return dies;
    });
    const before = await openSeller(market.seller({ journal: dying, log: record.log }));
    before.answerFromCatalogue(shop);
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("award", {});
    await record.until("hook-failed");
    await before[Symbol.asyncDispose]();
    expect(buyer.kinds).toEqual(["offer"]);

    const seller = await open({ journal });
    seller.answerFromCatalogue(shop);
    await buyer.get("order");
    await seller.note(seller.deals()[0] as never, "done");
    await buyer.get("note");
    expect(buyer.kinds).toEqual(["offer", "order", "note"]);
  });

  test("an order that was written down and not sent is sent as it stood", async () => {
    const journal = memoryJournal();
    const before = await openSeller(market.seller({ journal, log: record.log }));
    before.answer(
      {},
      () => ({
        lines: [{ line: 0, name: "Stroller", quantity: { value: 1, unit: "C62" }, price: 9_900 }],
        currency: "USD",
      }),
      {
        // The relay goes away between the award and the order.
        onAward: async () => {
          await market.relay.stop();
          return { number: "A-1" };
        },
      },
    );
    const buyer = await market.cast();
    await buyer.get("offer");
    await buyer.say("award", {});
    await record.until("said", 2);
    await before[Symbol.asyncDispose]();
    const written = (await journal.read()).filter(({ kind }) => kind === "seller/said");

    const other = await Market.open();
    try {
      const seller = await openSeller(market.seller({ journal, relays: [other.relay.url], log: record.log }));
      seller.answer({}, () => undefined, { onAward: () => ({ number: "A-2" }) });
      await record.until("sent", 2);
      expect(seller.deals()[0]?.order?.body.number).toBe("A-1");
      await seller[Symbol.asyncDispose]();
    } finally {
      await other[Symbol.asyncDispose]();
    }
    expect((await journal.read()).filter(({ kind }) => kind === "seller/said")).toEqual(written);
  });

  test("two sellers on one journal answer each intent once between them", async () => {
    const journal = memoryJournal();
    const both = [await open({ journal }), await open({ journal })];
    for (const one of both) one.answerFromCatalogue({ ...shop, items: [{ ...stroller, available: 9 }] });
    const buyers = await Promise.all([1, 2, 3].map(() => market.cast()));
    for (const buyer of buyers) {
      await buyer.get("offer");
      await buyer.say("award", {});
      await buyer.get("order");
    }
    for (const buyer of buyers) expect(buyer.kinds).toEqual(["offer", "order"]);
  });

  test("a journal that cannot be read is refused", async () => {
    const journal = memoryJournal();
    await journal.append({ kind: "seller/said", value: new Uint8Array([1]) });
    await expect(openSeller(market.seller({ journal }))).rejects.toThrow(/journal-broken/);
  });
});

test("a closed seller takes no more work", async () => {
  const seller = await openSeller(market.seller());
  seller.answerFromCatalogue(shop);
  await seller[Symbol.asyncDispose]();
  expect(() => seller.answerFromCatalogue(shop)).toThrow(/closed/);
});
