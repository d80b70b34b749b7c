import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Journal, memoryJournal } from "@intentcast/journal";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import {
  type Body,
  day,
  equalBytes,
  hour,
  IntentcastError,
  type Signed,
  toHex,
  unwrap,
  verifyBundle,
} from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { fixedClock } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Buyer,
  type BuyerOptions,
  type Cast,
  type Draft,
  type Offered,
  openBuyer,
  type Ranked,
} from "../src/index.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const seed = new Uint8Array(32).fill(42);
const clock = fixedClock(1_800_000_000);
const stroller: Draft = {
  want: [{ category: "shopify/bt", name: "stroller", quantity: { value: 1, unit: "C62" } }],
  price: { currency: "USD", max: 25_000 },
};

let relay: Relay;
let open: AsyncDisposable[];

beforeEach(async () => {
  relay = await startRelay({ port: 0, clock });
  open = [];
});
afterEach(async () => {
  for (const one of open.reverse()) await one[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
});

const seller = (number: number): ScriptedSeller => {
  const opened = new ScriptedSeller(relay.url, number, clock);
  open.push(opened);
  return opened;
};

async function buyerOn(journal: Journal, over: Partial<BuyerOptions> = {}): Promise<Buyer> {
  const opened = await openBuyer({ seed, relays: [relay.url], journal, clock, ...over });
  open.push(opened);
  return opened;
}

/** Seconds from the cast on. */
type Due = { readonly when?: { readonly until: number }; readonly award?: { readonly deadline: number } };

/** One journal on disk, opened twice as two processes would. */
function sharedJournal(): readonly [Journal, Journal] {
  const folder = mkdtempSync(join(tmpdir(), "intentcast-buyer-"));
  const path = join(folder, "buyer.journal");
  const journals = [sqliteJournal(path), sqliteJournal(path)] as const;
  const remove = { [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }) };
  open.push(remove, ...journals);
  return journals;
}

/** The next offers of a cast, without ending its iteration for others. */
async function offersOf(cast: Cast, count: number): Promise<readonly Offered[]> {
  const found: Offered[] = [];
  for await (const offered of cast.offers()) {
    found.push(offered);
    if (found.length === count) break;
  }
  return found;
}

/** Resolves when what a test waits for is so. */
const until = (isSo: () => boolean): Promise<void> =>
  expect.poll(isSo, { timeout: 10_000, interval: 5 }).toBe(true);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof IntentcastError ? error.code : String(error)),
  );

/** A journal on which a process dies: right after it has written the entry that `isLast` picks out. */
const dyingAfter = (
  journal: Journal,
  isLast: (entry: { kind: string; key?: string }) => boolean,
): Journal => ({
  append: async (entry) => {
    const position = await journal.append(entry);
    if (isLast(entry)) throw new Error("the process died");
    return position;
  },
  read: (after) => journal.read(after),
  [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
});

const isAward = ({ key }: { key?: string }) => key?.startsWith("award/") === true;

test("a buyer casts, takes the better offer, and ends with a deal that anyone can verify", async () => {
  const [cradle, rival] = [seller(1), seller(2)];
  const buyer = await buyerOn(memoryJournal());
  const cast = await buyer.cast(stroller);
  const intent = await cradle.hear();
  expect(intent.id).toEqual(cast.intent.id);
  await cradle.offer(intent, 18_900);
  await rival.offer(await rival.hear(), 21_000);

  const offers = await offersOf(cast, 2);
  expect(offers.map(({ offer }) => offer.body.total).sort()).toEqual([18_900, 21_000]);
  const [best] = cast.ranked();
  expect(best?.offer.body.total).toBe(18_900);

  const disclosure = { name: "Ada Byrne" };
  const purchase = await cast.award(best as NonNullable<typeof best>, { disclosure, payment: "card" });
  expect(cast.state).toBe("awarded");
  const award = await cradle.receive(intent);
  expect(award.kind === "award" && award.body.disclosure).toEqual(disclosure);
  expect((await cradle.hearClose(intent)).body.reason).toBe("awarded");

  const order = await cradle.order(intent, award, 18_900);
  expect((await purchase.ordered()).id).toEqual(order.id);
  const farewell = await rival.receive(intent);
  expect(farewell.kind === "decline" && farewell.body.reason).toBe("awarded-elsewhere");

  const update = await cradle.update(intent, order, "OrderDelivered");
  for await (const news of purchase.updates()) {
    expect(news.id).toEqual(update.id);
    break;
  }
  const receipt = await cradle.receipt(intent, update, 18_900);
  expect((await purchase.receipt()).id).toEqual(receipt.id);

  const deal = unwrap(verifyBundle(purchase.bundle()));
  expect(deal.phase).toBe("receipted");
  expect(deal.order?.id).toEqual(order.id);
});

describe("an offer that does not keep to the intent is set aside with its reason", () => {
  test.each([
    ["price-above-limit", stroller, 25_001, {}],
    [
      "terms-not-accepted",
      { ...stroller, terms: [{ iri: "https://terms.example/1", sha256: new Uint8Array(32), must: true }] },
      20_000,
      { terms: [new Uint8Array(32).fill(1)] },
    ],
    ["prev-unknown", stroller, 20_000, { prev: new Uint8Array(32) }],
  ] satisfies [string, Draft, number, Partial<Body<"offer">>][])("%s", async (code, draft, total, over) => {
    const cradle = seller(1);
    const buyer = await buyerOn(memoryJournal());
    const cast = await buyer.cast(draft);
    const bad = await cradle.offer(await cradle.hear(), total, over);
    await until(() => cast.refused().length === 1);
    expect(cast.refused().map(({ reject, message }) => [reject.code, message.id])).toEqual([[code, bad.id]]);
    expect(cast.deals()).toEqual([]);
    expect(cast.ranked()).toEqual([]);
  });
});

describe("there is one award", () => {
  async function twoOffers(journal: Journal, over: Partial<BuyerOptions> = {}) {
    const sellers = [seller(1), seller(2)] as const;
    const buyer = await buyerOn(journal, over);
    const cast = await buyer.cast(stroller);
    const [intent] = await Promise.all(sellers.map((one) => one.hear()));
    for (const one of sellers) await one.offer(intent as Signed<"intent">, 20_000);
    const offers = await offersOf(cast, 2);
    return { buyer, cast, sellers, intent: intent as Signed<"intent">, offers };
  }
  const awardsReceived = async (sellers: readonly ScriptedSeller[], intent: Signed<"intent">) =>
    (await Promise.all(sellers.map((one) => one.received(intent)))).flat();

  test("a second award is refused, of the same offer and of another", async () => {
    const { cast, offers } = await twoOffers(memoryJournal());
    const [first, second] = offers as [Offered, Offered];
    await cast.award(first);
    expect(await codeOf(cast.award(first))).toBe("already-awarded");
    expect(await codeOf(cast.award(second))).toBe("already-awarded");
  });

  test("an intent with two winners is awarded twice and no more", async () => {
    const sellers = [seller(1), seller(2), seller(3)];
    const buyer = await buyerOn(memoryJournal());
    const cast = await buyer.cast({ ...stroller, award: { winners: 2 } });
    for (const one of sellers) await one.offer(await one.hear(), 20_000);
    const [first, second, third] = (await offersOf(cast, 3)) as [Offered, Offered, Offered];
    await cast.award(first);
    expect(cast.state).toBe("open");
    await cast.award(second);
    expect(cast.state).toBe("awarded");
    expect(await codeOf(cast.award(third))).toBe("already-awarded");
  });

  test("of two processes on one journal that award at once, one does", async () => {
    const [journal, same] = sharedJournal();
    const { buyer, cast, sellers, intent, offers } = await twoOffers(journal);
    const other = await buyerOn(same);
    const [cast2] = other.casts() as [Cast];
    const [first, second] = offers as [Offered, Offered];
    const codes = await Promise.all([codeOf(cast.award(first)), codeOf(cast2.award(second))]);
    expect(codes.sort()).toEqual(["already-awarded", "no error"]);
    expect(await awardsReceived(sellers, intent)).toHaveLength(1);
    await Promise.all([buyer.refresh(), other.refresh()]);
    expect(cast.purchases()[0]?.deal.award?.id).toEqual(cast2.purchases()[0]?.deal.award?.id);
  });

  test("an award that was written down before a crash is sent by the next run, once", async () => {
    const journal = memoryJournal();
    const { buyer, cast, sellers, intent, offers } = await twoOffers(dyingAfter(journal, isAward));
    await expect(cast.award(offers[0] as Offered)).rejects.toThrow("the process died");
    await buyer[Symbol.asyncDispose]();
    expect(await awardsReceived(sellers, intent)).toEqual([]);

    const next = await buyerOn(journal);
    const [again] = next.casts() as [Cast];
    expect(await codeOf(again.award(offers[1] as Offered))).toBe("already-awarded");
    const winner = sellers.find(({ signer }) =>
      equalBytes(signer.publicKey, (offers[0] as Offered).offer.author),
    );
    const award = await (winner as ScriptedSeller).receive(intent);
    expect(award.id).toEqual(again.purchases()[0]?.deal.award?.id);
    expect(await awardsReceived(sellers, intent)).toHaveLength(1);
  });

  test("an award that no relay takes stands, and is sent as soon as one does", async () => {
    let isHurried = false;
    const timers: NonNullable<BuyerOptions["timers"]> = (ms, action) => {
      const timer = setTimeout(action, isHurried ? Math.min(ms, 50) : ms);
      return () => clearTimeout(timer);
    };
    const { cast, sellers, intent, offers } = await twoOffers(memoryJournal(), { timers });
    const { port } = relay;
    await relay.stop();
    isHurried = true;
    expect(["no-relay", "connection-lost"]).toContain(await codeOf(cast.award(offers[0] as Offered)));
    expect(cast.purchases()).toHaveLength(1);
    relay = await startRelay({ port, clock });
    const winner = sellers.find(({ signer }) =>
      equalBytes(signer.publicKey, (offers[0] as Offered).offer.author),
    );
    expect((await (winner as ScriptedSeller).receive(intent)).id).toEqual(
      cast.purchases()[0]?.deal.award?.id,
    );
  });

  test("an award that was sent before a crash is sent again byte for byte", async () => {
    const journal = memoryJournal();
    let hasAwarded = false;
    const dying = dyingAfter(journal, (entry) => {
      const isOver = hasAwarded && entry.kind === "delivered";
      hasAwarded ||= isAward(entry);
      return isOver;
    });
    // The last entry is lost with the process: it has not been written when the process dies.
    const unconfirmed: Journal = {
      ...dying,
      append: (entry) =>
        hasAwarded && entry.kind === "delivered"
          ? Promise.reject(new Error("the process died"))
          : dying.append(entry),
    };
    const { buyer, cast, sellers, intent, offers } = await twoOffers(unconfirmed);
    await expect(cast.award(offers[0] as Offered)).rejects.toThrow("the process died");
    await buyer[Symbol.asyncDispose]();
    const before = await awardsReceived(sellers, intent);
    expect(before).toHaveLength(1);

    const next = await buyerOn(journal);
    await until(() => next.casts()[0]?.state === "awarded");
    await sellers[0].hearClose(intent);
    expect(await awardsReceived(sellers, intent)).toEqual(before);
  });
});

describe("what a seller sends cannot harm the buyer", () => {
  test("what cannot be opened is passed over, and the next offer arrives", async () => {
    const cradle = seller(1);
    const logged: string[] = [];
    const buyer = await buyerOn(memoryJournal(), { log: (event) => logged.push(event) });
    const cast = await buyer.cast(stroller);
    const intent = await cradle.hear();
    const key = cradle.mailbox(intent).key;
    const toAnotherKey = { ...intent, body: { ...intent.body, reply: { ...intent.body.reply, key } } };
    await cradle.offer(toAnotherKey, 20_000);
    await cradle.offer(intent, 19_000);
    expect((await offersOf(cast, 1))[0]?.offer.body.total).toBe(19_000);
    expect(logged).toContain("unreadable");
    expect(cast.refused()).toEqual([]);
  });

  test("a flood of what is no offer is kept to a bound, and told in the log", async () => {
    const flooder = seller(1);
    let dropped = 0;
    const log = (event: string) => {
      if (event === "dropped") dropped++;
    };
    const buyer = await buyerOn(memoryJournal(), { log });
    const cast = await buyer.cast(stroller);
    const intent = await flooder.hear();
    for (let i = 0; i < 260; i++) await flooder.offer(intent, 25_001);
    await until(() => dropped === 4);
    expect(cast.refused()).toHaveLength(256);
    await flooder.offer(intent, 20_000);
    expect(await offersOf(cast, 1)).toHaveLength(1);
  });

  test("an address that is none does not keep the award from where the seller reads", async () => {
    const cradle = seller(1);
    const buyer = await buyerOn(memoryJournal());
    const cast = await buyer.cast(stroller);
    const intent = await cradle.hear();
    const { signer, key } = cradle.mailbox(intent);
    await cradle.offer(intent, 20_000, {
      reply: { mailbox: signer.publicKey, key, relays: ["ws://user:password@host"] },
    });
    await cast.award((await offersOf(cast, 1))[0] as Offered);
    expect((await cradle.receive(intent)).kind).toBe("award");
  });
});

describe("the next run goes on where the last one stopped", () => {
  test("with the offers that had come, and those that came meanwhile", async () => {
    const journal = memoryJournal();
    const [early, late] = [seller(1), seller(2)];
    const first = await buyerOn(journal);
    const cast = await first.cast(stroller);
    await early.offer(await early.hear(), 20_000);
    await offersOf(cast, 1);
    await first[Symbol.asyncDispose]();
    await late.offer(await late.hear(), 19_000);

    const second = await buyerOn(journal);
    const [again] = second.casts() as [Cast];
    expect(again.thread).toBe(cast.thread);
    const offers = await offersOf(again, 2);
    expect(offers.map(({ offer }) => offer.body.total)).toEqual([20_000, 19_000]);
    await again.award(offers[1] as Offered);
    const award = await late.receive(again.intent);
    expect(award.kind).toBe("award");
  });

  test("with an intent that was written down and not yet published", async () => {
    const journal = memoryJournal();
    const dying = await buyerOn(dyingAfter(journal, ({ kind }) => kind === "intent"));
    await expect(dying.cast(stroller)).rejects.toThrow("the process died");
    await dying[Symbol.asyncDispose]();
    const buyer = await buyerOn(journal);
    const intent = await seller(1).hear();
    expect(toHex(intent.id)).toBe(buyer.casts()[0]?.thread);
  });

  test("and never with the journal of another seed", async () => {
    const journal = memoryJournal();
    await (await buyerOn(journal)).cast(stroller);
    expect(await codeOf(buyerOn(journal, { seed: new Uint8Array(32).fill(1) }))).toBe("journal-broken");
  });
});

test("when the winner cannot deliver, the runner-up can still be awarded", async () => {
  const [cradle, rival] = [seller(1), seller(2)];
  const buyer = await buyerOn(memoryJournal());
  const cast = await buyer.cast(stroller);
  const intent = await cradle.hear();
  await cradle.offer(intent, 18_900);
  await rival.offer(intent, 21_000);
  await offersOf(cast, 2);
  const [best, second] = cast.ranked();
  const purchase = await cast.award(best as Ranked);
  const award = await cradle.receive(intent);
  await cradle.decline(intent, award, "out-of-stock");
  expect(await codeOf(purchase.ordered())).toBe("deal-over");
  const consolation = await cast.award(second as Ranked);
  await rival.order(intent, await rival.receive(intent), 21_000);
  expect((await consolation.ordered()).body.total).toBe(21_000);
});

test("an award can be taken back until it is confirmed", async () => {
  const cradle = seller(1);
  const buyer = await buyerOn(memoryJournal());
  const cast = await buyer.cast(stroller);
  const intent = await cradle.hear();
  await cradle.offer(intent, 18_900);
  const purchase = await cast.award((await offersOf(cast, 1))[0] as Offered);
  expect((await cradle.receive(intent)).kind).toBe("award");
  await purchase.cancel("Changed my mind.");
  expect((await cradle.receive(intent)).kind).toBe("decline");
  expect(purchase.deal.phase).toBe("declined");
});

test("a counter is answered by a better offer, a note and a decline arrive", async () => {
  const cradle = seller(1);
  const buyer = await buyerOn(memoryJournal());
  const cast = await buyer.cast(stroller);
  const intent = await cradle.hear();
  await cradle.offer(intent, 20_000);
  const [offered] = (await offersOf(cast, 1)) as [Offered];
  await cast.counter(offered, { total: 18_000 }, { note: "180?" });
  const counter = await cradle.receive(intent);
  expect(counter.kind === "counter" && counter.body.change.total).toBe(18_000);
  await cradle.offer(intent, 18_500, { prev: counter.id });
  const better = (await offersOf(cast, 2))[1] as Offered;
  expect(cast.ranked().map(({ offer }) => offer.body.total)).toEqual([18_500]);
  await cast.note(better, "Is it foldable?");
  expect((await cradle.receive(intent)).kind).toBe("note");
  await cast.decline(better, "price");
  expect((await cradle.receive(intent)).kind).toBe("decline");
  expect(cast.ranked()).toEqual([]);
  expect(await codeOf(cast.award(better))).toBe("deal-over");
});

test("a withdrawn intent ends its offers and tells everyone", async () => {
  const cradle = seller(1);
  const buyer = await buyerOn(memoryJournal());
  const cast = await buyer.cast(stroller);
  const intent = await cradle.hear();
  await cradle.offer(intent, 20_000);
  const totals: number[] = [];
  for await (const { offer } of cast.offers()) {
    totals.push(offer.body.total);
    await cast.withdraw();
  }
  expect(totals).toEqual([20_000]);
  expect(cast.state).toBe("withdrawn");
  expect((await cradle.hearClose(intent)).body.reason).toBe("withdrawn");
  expect((await cradle.receive(intent)).kind).toBe("decline");
});

test("waiting for offers ends when the signal says so, and when the buyer is closed", async () => {
  const buyer = await buyerOn(memoryJournal());
  const cast = await buyer.cast(stroller);
  const patience = new AbortController();
  const first = cast.offers({ signal: patience.signal }).next();
  patience.abort();
  expect((await first).done).toBe(true);
  const second = cast.offers().next();
  await buyer[Symbol.asyncDispose]();
  expect((await second).done).toBe(true);
});

test("waiting for offers ends when the intent expires", async () => {
  // What waits for the expiry waits longer than anything that waits for a relay.
  const timers: NonNullable<BuyerOptions["timers"]> = (ms, action) => {
    const timer = setTimeout(action, ms > 60_000 ? 10 : ms);
    return () => clearTimeout(timer);
  };
  const buyer = await buyerOn(memoryJournal(), { timers });
  const cast = await buyer.cast({ ...stroller, expires: clock() + 60 });
  const next = cast.offers().next();
  clock.advance(61);
  expect((await next).done).toBe(true);
  expect(cast.state).toBe("expired");
});

test.each([
  ["a day after the cast", {}, day],
  ["an hour after it is to be there", { when: { until: 2 * hour } }, 3 * hour],
  ["an hour after the buyer means to decide", { award: { deadline: 4 * day } }, 4 * day + hour],
])("an intent that does not say when it expires does so %s", async (_, { when, award }: Due, after) => {
  const now = clock();
  const buyer = await buyerOn(memoryJournal());
  const { intent } = await buyer.cast({
    ...stroller,
    ...(when && { when: { until: now + when.until } }),
    ...(award && { award: { deadline: now + award.deadline } }),
  });
  expect(intent.body.expires).toBe(now + after);
});

test("two intents of one buyer share nothing that could link them", async () => {
  const buyer = await buyerOn(memoryJournal());
  const values = async () => {
    const { id, author, body } = (await buyer.cast(stroller)).intent;
    return [id, author, body.nonce, body.reply.mailbox, body.reply.key].map(toHex);
  };
  const all = [...(await values()), ...(await values())];
  expect(new Set(all).size).toBe(all.length);
});

test("processes on one journal never use the keys of one intent for another", async () => {
  const buyers = await Promise.all(sharedJournal().map((journal) => buyerOn(journal)));
  const casts = await Promise.all([...buyers, ...buyers].map((buyer) => buyer.cast(stroller)));
  expect(new Set(casts.map(({ intent }) => toHex(intent.author))).size).toBe(4);
});

test("an intent that no relay could be told of is not cast, now or later", async () => {
  const journal = memoryJournal();
  const relays = ["ws://127.0.0.1:9"];
  const timers: NonNullable<BuyerOptions["timers"]> = (_, action) => {
    const timer = setTimeout(action, 20);
    return () => clearTimeout(timer);
  };
  const lonely = await buyerOn(journal, { relays, timers });
  expect(await codeOf(lonely.cast(stroller))).toBe("no-relay");
  expect(lonely.casts().map(({ state }) => state)).toEqual(["refused"]);
  await lonely[Symbol.asyncDispose]();
  const buyer = await buyerOn(journal);
  const cast = await buyer.cast(stroller);
  expect((await seller(1).hear()).id).toEqual(cast.intent.id);
});

test("a draft that is no intent is refused before anything is written down", async () => {
  const journal = memoryJournal();
  const buyer = await buyerOn(journal);
  const price = { currency: "USD", max: 1, firm: 1 };
  expect(await codeOf(buyer.cast({ ...stroller, price }))).toBe("price-form");
  expect(await journal.read()).toEqual([]);
});
