/** A relay comes back with an empty disk: what only its lost store had is published again. */
import { type Journal, memoryJournal } from "@intentcast/journal";
import { day, decodeClientFrame, type Signed, toHex } from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { connectRelays } from "@intentcast/relay-client";
import { fixedClock } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Buyer,
  type BuyerOptions,
  type Cast,
  type Draft,
  type Offered,
  openBuyer,
} from "../src/index.ts";
import { recoverBuyer } from "../src/recover/recover.ts";
import { type Recording, recordingSocket } from "./recording-socket.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const seed = new Uint8Array(32).fill(42);
const draft: Draft = { want: [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }] };

let clock: ReturnType<typeof fixedClock>;
let relay: Relay;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  clock = fixedClock(1_800_000_000);
  relay = await startRelay({ port: 0, clock });
  stack = new AsyncDisposableStack();
});
afterEach(async () => {
  await stack.disposeAsync();
  await relay.stop();
});

/** The relay's memory is its store: another one at its address has another. */
async function replaceRelay(): Promise<void> {
  await relay.stop();
  relay = await startRelay({ port: relay.port, clock });
}

const seller = (number = 1): ScriptedSeller => stack.use(new ScriptedSeller(relay.url, number, clock));

async function buyerOn(journal: Journal, over: Partial<BuyerOptions> = {}): Promise<Buyer> {
  return stack.use(await openBuyer({ seed, relays: [relay.url], journal, clock, ...over }));
}

const firstOffer = async (cast: Cast): Promise<Offered> => (await cast.offers().next()).value as Offered;

const until = (isSo: () => boolean): Promise<void> =>
  expect.poll(isSo, { timeout: 10_000, interval: 5 }).toBe(true);

/** What was published, as often as it was. */
const published = ({ frames }: Recording): string[] =>
  frames.flatMap((bytes) => {
    const frame = decodeClientFrame(bytes);
    return frame.ok && frame.value[0] === "publish" ? [toHex(frame.value[2])] : [];
  });

/** The intents that lie at a relay. */
async function intentsAt(url: string): Promise<string[]> {
  await using pool = connectRelays({ relays: [url], clock });
  const found: string[] = [];
  const stored = pool.subscribe({ kinds: ["intent"] });
  const intents = stored[Symbol.asyncIterator]();
  const caughtUp = stored.caughtUp.then(() => undefined);
  for (;;) {
    const next = await Promise.race([intents.next(), caughtUp]);
    if (next === undefined || next.done) return found;
    found.push(toHex(next.value.message.bytes));
  }
}

test("an intent is published again to the byte, and its deal goes on", async () => {
  const buyer = await buyerOn(memoryJournal());
  const cast = await buyer.cast(draft);
  await replaceRelay();
  const cradle = seller();
  const intent = await cradle.hear();
  expect(intent.bytes).toEqual(cast.intent.bytes);
  await cradle.offer(intent, 20_000);
  await cast.award(await firstOffer(cast));
  expect((await cradle.receive(intent)).kind).toBe("award");
});

test("an award that a store had acknowledged before the buyer was started again goes out in the same envelope", async () => {
  const journal = memoryJournal();
  const before = await openBuyer({ seed, relays: [relay.url], journal, clock });
  const cast = await before.cast(draft);
  const cradle = seller();
  await cradle.offer(await cradle.hear(), 20_000);
  await cast.award(await firstOffer(cast));
  const envelopes = await cradle.received(cast.intent);
  expect(envelopes).toHaveLength(1);
  await before[Symbol.asyncDispose]();

  await replaceRelay();
  await buyerOn(journal);
  expect((await seller().receive(cast.intent)).envelope.bytes).toEqual(envelopes[0]?.bytes);
});

test("what has been answered is not published again, and neither is an intent that is closed; its close is", async () => {
  const recording = recordingSocket();
  const buyer = await buyerOn(memoryJournal(), { socket: recording.open });
  const cast = await buyer.cast(draft);
  const cradle = seller();
  await cradle.offer(await cradle.hear(), 20_000);
  const purchase = await cast.award(await firstOffer(cast));
  const award = await cradle.receive(cast.intent);
  await cradle.order(cast.intent, award, 20_000);
  await purchase.ordered();
  const close = toHex((await cradle.hearClose(cast.intent)).bytes);

  const before = published(recording).length;
  await replaceRelay();
  await until(() => published(recording).slice(before).includes(close));
  const again = published(recording).slice(before);
  expect(again).not.toContain(toHex(cast.intent.bytes));
  expect(again).not.toContain(toHex(award.envelope.bytes));
});

test("the words alone still bring back what was agreed: the copies are made anew", async () => {
  const journal = memoryJournal();
  const buyer = await buyerOn(journal);
  const cast = await buyer.cast(draft);
  const cradle = seller();
  await cradle.offer(await cradle.hear(), 20_000);
  const purchase = await cast.award(await firstOffer(cast));
  const order = await cradle.order(cast.intent, await cradle.receive(cast.intent), 20_000);
  await purchase.ordered();
  const kept = async (): Promise<number> =>
    (await journal.read()).filter(({ kind }) => kind === "kept").length;
  // Of the intent, the offer, the award and the order.
  await expect.poll(kept, { timeout: 10_000 }).toBe(4);

  await replaceRelay();
  await expect.poll(kept, { timeout: 10_000 }).toBe(8);
  const again = memoryJournal();
  await recoverBuyer({ seed, relays: [relay.url], journal: again, clock });
  const [recovered] = (await buyerOn(again)).casts();
  expect(recovered?.purchases()[0]?.deal.order?.id).toEqual(order.id);
});

test("what has expired is not published again", async () => {
  const buyer = await buyerOn(memoryJournal());
  const old = await buyer.cast(draft);
  clock.advance(2 * day);
  await replaceRelay();
  const cast = await buyer.cast(draft);
  expect(await intentsAt(relay.url)).toEqual([toHex(cast.intent.bytes)]);
  expect(old.state).toBe("expired");
});

test("of two relays the one that lost its store is sent it again", async () => {
  const other = stack.use(await startRelay({ port: 0, clock }));
  const recording = recordingSocket();
  const relays = [relay.url, other.url];
  const buyer = await buyerOn(memoryJournal(), { relays, socket: recording.open });
  const { intent } = await buyer.cast(draft);
  for (const url of relays) await expect.poll(() => intentsAt(url)).toEqual([toHex(intent.bytes)]);
  await replaceRelay();
  await expect.poll(() => intentsAt(relay.url), { timeout: 10_000 }).toEqual([toHex(intent.bytes)]);
  const sent = recording.connections.map(({ address, sent: frames }) => [
    address,
    published({ ...recording, frames }).filter((one) => one === toHex(intent.bytes)).length,
  ]);
  const times = (url: string): number => sent.reduce((sum, [at, n]) => sum + (at === url ? Number(n) : 0), 0);
  expect(relays.map(times)).toEqual([2, 1]);
});

test("a relay that has another store each time is sent a message for four of them, over restarts of the buyer too", async () => {
  const journal = memoryJournal();
  const first = await openBuyer({ seed, relays: [relay.url], journal, clock });
  const { intent }: { intent: Signed<"intent"> } = await first.cast(draft);
  for (let store = 2; store <= 4; store++) {
    await replaceRelay();
    await expect.poll(() => intentsAt(relay.url), { timeout: 10_000 }).toEqual([toHex(intent.bytes)]);
  }
  await first[Symbol.asyncDispose]();
  for (let store = 5; store <= 6; store++) {
    await replaceRelay();
    await using again = await openBuyer({ seed, relays: [relay.url], journal, clock });
    const fresh = await again.cast(draft);
    const there = await intentsAt(relay.url);
    expect(there).toContain(toHex(fresh.intent.bytes));
    expect(there).not.toContain(toHex(intent.bytes));
  }
});
