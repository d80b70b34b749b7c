import { memoryJournal } from "@intentcast/journal";
import {
  type Body,
  day,
  decodeClientFrame,
  didKey,
  IntentcastError,
  intentKeys,
  type Signed,
  sealMessage,
  toHex,
  unwrap,
  verifyBundle,
  writeMessage,
} from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { connectRelays } from "@intentcast/relay-client";
import { fixedClock } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Buyer, type BuyerOptions, type Cast, type Offered, openBuyer } from "../src/index.ts";
import { firstIndexAt } from "../src/numbering.ts";
import { type RecoverOptions, recoverBuyer } from "../src/recover/recover.ts";
import { recordingSocket } from "./recording-socket.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const seed = new Uint8Array(32).fill(42);
const stroller = { want: [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }] };
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const soon = { timeout: 10_000 };

let clock: ReturnType<typeof fixedClock>;
let relay: Relay;
let open: AsyncDisposable[];

beforeEach(async () => {
  clock = fixedClock(1_800_000_000);
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

async function buyerOn(over: Partial<BuyerOptions> = {}): Promise<Buyer> {
  const buyer = await openBuyer({ seed, relays: [relay.url], journal: memoryJournal(), clock, ...over });
  open.push(buyer);
  return buyer;
}

const recover = (over: Partial<RecoverOptions> = {}) =>
  recoverBuyer({ seed, relays: [relay.url], journal: memoryJournal(), clock, ...over });

const firstOffer = async (cast: Cast): Promise<Offered> => (await cast.offers().next()).value as Offered;

/** Copies are published without anybody waiting for them: these are all that a journal is to know of. */
async function untilKept(journal: ReturnType<typeof memoryJournal>, copies: number): Promise<void> {
  const kept = async () => (await journal.read()).filter(({ kind }) => kind === "kept").length;
  await expect.poll(kept, soon).toBe(copies);
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof IntentcastError ? error.code : String(error)),
  );

describe("on another machine, with the words alone", () => {
  test("a purchase is whole again after the intent and the offer have expired, and goes on", async () => {
    const cradle = seller(1);
    const journal = memoryJournal();
    const lost = await buyerOn({ journal });
    const cast = await lost.cast(stroller);
    await cradle.offer(cast.intent, 20_000);
    const offered = await firstOffer(cast);
    await cast.counter(offered, { total: 18_000 });
    const counter = await cradle.receive(cast.intent);
    await cradle.offer(cast.intent, 18_500, { prev: counter.id });
    await expect.poll(() => cast.deals()[0]?.offer?.body.total, soon).toBe(18_500);
    const purchase = await cast.award(cast.ranked()[0] as NonNullable<ReturnType<Cast["ranked"]>[0]>);
    const order = await cradle.order(cast.intent, await cradle.receive(cast.intent), 18_500);
    await purchase.ordered();
    // The intent, two offers, a counter, the award and the order.
    await untilKept(journal, 6);
    await lost[Symbol.asyncDispose]();
    clock.advance(10 * day);

    const again = memoryJournal();
    const { found, unreached } = await recover({ journal: again });
    expect(unreached).toEqual([]);
    expect(found).toMatchObject([{ thread: cast.thread, messages: 5 }]);
    const { issued, number, currency, total } = order.body;
    expect(found[0]?.orders).toEqual([
      { seller: didKey(cradle.signer.publicKey), number, currency, total, issued, isProvable: true },
    ]);

    const buyer = await buyerOn({ journal: again });
    const [recovered] = buyer.casts()[0]?.purchases() ?? [];
    expect(unwrap(verifyBundle(recovered?.bundle() as Uint8Array)).order?.id).toEqual(order.id);
    await recovered?.note("Is it on its way?");
    expect((await cradle.receive(cast.intent)).kind).toBe("note");
    const receipt = await cradle.receipt(cast.intent, order, 18_500);
    expect((await recovered?.receipt())?.id).toEqual(receipt.id);
    // A counter, an award and a note: what was said once is not said again.
    expect(await cradle.received(cast.intent)).toHaveLength(3);
  });

  test("an open intent is found with its offers, and can be awarded", async () => {
    const cradle = seller(1);
    const lost = await buyerOn();
    const [first, second] = [await lost.cast(stroller), await lost.cast(stroller)];
    await lost[Symbol.asyncDispose]();
    await cradle.offer(second.intent, 20_000);

    const journal = memoryJournal();
    await recover({ journal });
    const buyer = await buyerOn({ journal });
    expect(buyer.casts().map(({ thread, state }) => [thread, state])).toEqual([
      [first.thread, "open"],
      [second.thread, "open"],
    ]);
    const [, cast] = buyer.casts() as [Cast, Cast];
    const purchase = await cast.award(await firstOffer(cast));
    await cradle.order(cast.intent, await cradle.receive(cast.intent), 20_000);
    expect((await purchase.ordered()).body.total).toBe(20_000);
  });

  test("what was awarded is not awarded again, and an award that has no answer is sent once more", async () => {
    const [cradle, rival] = [seller(1), seller(2)];
    const journal = memoryJournal();
    const lost = await buyerOn({ journal });
    const cast = await lost.cast(stroller);
    await cradle.offer(cast.intent, 20_000);
    const offered = await firstOffer(cast);
    await rival.offer(cast.intent, 19_000);
    await cast.award(offered);
    const award = await cradle.receive(cast.intent);
    await untilKept(journal, 3);
    await lost[Symbol.asyncDispose]();

    const again = memoryJournal();
    await recover({ journal: again });
    const buyer = await buyerOn({ journal: again });
    const [recovered] = buyer.casts() as [Cast];
    expect(recovered.state).toBe("awarded");
    const [other] = recovered.deals().filter(({ phase }) => phase === "offered");
    expect(await codeOf(recovered.award(other?.offer as Signed<"offer">))).toBe("already-awarded");
    expect((await cradle.receive(cast.intent)).id).toEqual(award.id);
  });

  test("a withdrawn intent stays withdrawn", async () => {
    const lost = await buyerOn();
    await (await lost.cast(stroller)).withdraw();
    await lost[Symbol.asyncDispose]();
    const journal = memoryJournal();
    await recover({ journal });
    expect((await buyerOn({ journal })).casts().map(({ state }) => state)).toEqual(["withdrawn"]);
  });

  test("recovering again into the same journal adds what is new and nothing twice", async () => {
    const cradle = seller(1);
    const kept = memoryJournal();
    const lost = await buyerOn({ journal: kept });
    const cast = await lost.cast(stroller);
    await cradle.offer(cast.intent, 20_000);
    const purchase = await cast.award(await firstOffer(cast));
    const award = await cradle.receive(cast.intent);
    await untilKept(kept, 3);
    const journal = memoryJournal();
    await recover({ journal });
    const once = await journal.read();
    await recover({ journal });
    expect(await journal.read()).toEqual(once);
    await cradle.order(cast.intent, award, 20_000);
    await purchase.ordered();
    const { found } = await recover({ journal });
    expect(found[0]?.orders.map(({ isProvable }) => isProvable)).toEqual([true]);
  });
});

describe("nobody learns from a recovery which intents are one buyer's", () => {
  test("each connection asks for one number's key and mailbox", async () => {
    const lost = await buyerOn();
    for (let i = 0; i < 3; i++) await lost.cast(stroller);
    await lost[Symbol.asyncDispose]();
    const { open: socket, connections } = recordingSocket();
    const { checked, found } = await recover({ socket, gapLimit: 3 });
    expect(found).toHaveLength(3);
    const asked = connections.map(({ sent }) => {
      const frames = sent.map((bytes) => unwrap(decodeClientFrame(bytes)));
      const filters = frames.flatMap((frame) => (frame[0] === "subscribe" ? [frame[2]] : []));
      const keys = filters.flatMap(({ authors = [], mailboxes = [] }) => [...authors, ...mailboxes]);
      return new Set(keys.map(toHex));
    });
    // One connection asks for nobody, to see who answers.
    expect(asked.filter((keys) => keys.size === 1)).toHaveLength(1);
    expect(asked.filter((keys) => keys.size === 2)).toHaveLength(checked);
    expect(new Set(asked.flatMap((keys) => [...keys])).size).toBe(1 + 2 * checked);
  });
});

describe("the search", () => {
  test("finds what was cast weeks ago and lately, however many intents have been forgotten", async () => {
    const journal = memoryJournal();
    const lost = await buyerOn({ journal });
    const old = await lost.cast(stroller);
    await untilKept(journal, 1);
    clock.advance(35 * day);
    const threads = [];
    for (let week = 0; week < 4; week++) {
      threads.push((await lost.cast(stroller)).thread);
      await untilKept(journal, threads.length + 1);
      clock.advance(7 * day);
    }
    await lost[Symbol.asyncDispose]();
    const { found } = await recover();
    expect(found.map(({ thread }) => thread)).toEqual(threads);
    expect(threads).not.toContain(old.thread);
  });

  test("passes over fewer unused numbers than the limit, and stops at the limit", async () => {
    const { signer, mailbox } = intentKeys(seed, firstIndexAt(clock()) + 5);
    await using pool = connectRelays({ relays: [relay.url], clock });
    await pool.publish(intentBy(signer, mailbox).bytes);
    expect((await recover({ gapLimit: 5 })).found).toHaveLength(0);
    expect((await recover({ gapLimit: 6 })).found).toHaveLength(1);
  });

  test("tells of each number that it has looked at", async () => {
    const lost = await buyerOn();
    await lost.cast(stroller);
    await lost[Symbol.asyncDispose]();
    const seen: number[] = [];
    const { checked } = await recover({
      gapLimit: 2,
      onProgress: ({ index, isUsed, checked: sofar, found }) => {
        seen.push(index);
        expect(sofar).toBe(seen.length);
        if (isUsed) expect([index, found]).toEqual([firstIndexAt(clock()), 1]);
      },
    });
    expect(seen).toHaveLength(checked);
    expect(new Set(seen).size).toBe(checked);
  });

  test("names the relays that do not answer, and asks the others", async () => {
    const lost = await buyerOn();
    await lost.cast(stroller);
    await lost[Symbol.asyncDispose]();
    const { found, unreached } = await recover({ relays: [relay.url, "ws://127.0.0.1:9"], gapLimit: 2 });
    expect(found).toHaveLength(1);
    expect(unreached).toEqual(["ws://127.0.0.1:9"]);
  });

  test("writes nothing down when no relay answers, or when it is given up", async () => {
    const journal = memoryJournal();
    const timers: NonNullable<RecoverOptions["timers"]> = (ms, action) => {
      const timer = setTimeout(action, Math.min(ms, 100));
      return () => clearTimeout(timer);
    };
    expect(await codeOf(recover({ journal, relays: ["ws://127.0.0.1:9"], timers }))).toBe("no-relay");
    const given = new AbortController();
    const onProgress = () => given.abort(new Error("enough"));
    expect(await codeOf(recover({ journal, signal: given.signal, onProgress }))).toBe("Error: enough");
    expect(await journal.read()).toEqual([]);
  });

  test("refuses the journal of another seed", async () => {
    const journal = memoryJournal();
    await (await buyerOn({ journal })).cast(stroller);
    expect(await codeOf(recover({ journal, seed: new Uint8Array(32).fill(1) }))).toBe("journal-broken");
  });
});

/** An intent by whoever keeps no copies. */
function intentBy(
  signer: ReturnType<typeof intentKeys>["signer"],
  mailbox: ReturnType<typeof intentKeys>["mailbox"],
): Signed<"intent"> {
  const issued = clock();
  const reply = { mailbox: mailbox.signer.publicKey, key: mailbox.key };
  const body = { ...stroller, nonce: random(16), issued, expires: issued + day, reply };
  return unwrap(writeMessage("intent", body, signer));
}

describe("where no copies have been kept", () => {
  const index = () => firstIndexAt(clock());

  /** A purchase by a program that keeps no copies. */
  async function purchase(): Promise<{ cradle: ScriptedSeller; order: Body<"order"> }> {
    const cradle = seller(1);
    const { signer, mailbox } = intentKeys(seed, index());
    await using pool = connectRelays({ relays: [relay.url], clock });
    const intent = intentBy(signer, mailbox);
    await pool.publish(intent.bytes);
    const offer = await cradle.offer(intent, 20_000);
    const to = offer.body.reply;
    const head = { nonce: random(16), issued: clock(), thread: intent.id, prev: offer.id, to: to.mailbox };
    const award = unwrap(writeMessage("award", head, signer));
    const lifetime = { issued: clock(), expires: clock() + day };
    await pool.publish((await sealMessage(award, to, lifetime, random)).bytes);
    const order = await cradle.order(intent, await cradle.receive(intent), 20_000);
    return { cradle, order: order.body };
  }

  test("an order is found, and said not to be provable", async () => {
    const { cradle, order } = await purchase();
    const journal = memoryJournal();
    const { found } = await recover({ journal });
    const { number, currency, total, issued } = order;
    const seller = didKey(cradle.signer.publicKey);
    expect(found.map(({ orders }) => orders)).toEqual([
      [{ seller, number, currency, total, issued, isProvable: false }],
    ]);
    const [cast] = (await buyerOn({ journal })).casts();
    expect(cast?.purchases()).toEqual([]);
    await expect.poll(() => cast?.refused().map(({ message }) => message.kind), soon).toEqual(["order"]);
  });

  test("the number of an intent that is lost is not used again", async () => {
    await purchase();
    // The relay keeps the intent's answers longer than it keeps the intent.
    const bare = await startRelay({ port: 0, clock });
    open.push(bare);
    const { mailbox } = intentKeys(seed, index());
    await using from = connectRelays({ relays: [relay.url], clock });
    await using to = connectRelays({ relays: [bare.url], clock });
    const mail = from.subscribe({ kinds: ["sealed"] }, { mailboxes: [mailbox.signer] });
    let moved = 0;
    for await (const { message } of mail) {
      await to.publish(message.bytes);
      if (++moved === 2) break;
    }
    const journal = memoryJournal();
    const { found } = await recover({ journal, relays: [bare.url] });
    expect(found).toMatchObject([{ index: index(), messages: 0, orders: [{ isProvable: false }] }]);
    expect(found[0]?.intent).toBeUndefined();
    const buyer = await buyerOn({ journal, relays: [bare.url] });
    const cast = await buyer.cast(stroller);
    expect(cast.intent.author).toEqual(intentKeys(seed, index() + 1).signer.publicKey);
  });
});
