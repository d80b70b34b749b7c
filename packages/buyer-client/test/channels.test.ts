import { memoryJournal } from "@intentcast/journal";
import { decodeClientFrame, readMessage, type Signed, toHex, unwrap } from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import type { Timers } from "@intentcast/relay-client";
import { fixedClock } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Buyer, type BuyerOptions, type Cast, type Offered, openBuyer } from "../src/index.ts";
import { type Recorded, recordingSocket } from "./recording-socket.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const clock = fixedClock(1_800_000_000);
const seed = new Uint8Array(32).fill(42);
const stroller = { want: [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }] };

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

async function buyerOn(over: Partial<BuyerOptions>): Promise<Buyer> {
  const buyer = await openBuyer({ seed, relays: [relay.url], journal: memoryJournal(), clock, ...over });
  open.push(buyer);
  return buyer;
}

const seller = (number: number): ScriptedSeller => {
  const opened = new ScriptedSeller(relay.url, number, clock);
  open.push(opened);
  return opened;
};

/** How long a test waits for what must come at last. */
const soon = { timeout: 10_000 };

/** Turns and the waits for what expires end soon; what the relays are given time for stays as it is. */
const quick: Timers = (ms, action) => {
  const timer = setTimeout(action, ms === 5_000 || ms >= 60_000 ? 20 : ms);
  return () => clearTimeout(timer);
};

/** What a connection shows of whom it serves: the author of an open message, and the mailboxes read and written to. */
function tracesOf({ sent }: Recorded): readonly string[] {
  return sent.flatMap((bytes) => {
    const frame = unwrap(decodeClientFrame(bytes));
    if (frame[0] === "authenticate") return [toHex(frame[2])];
    if (frame[0] === "subscribe") return (frame[2].mailboxes ?? []).map(toHex);
    if (frame[0] !== "publish") return [];
    const message = unwrap(readMessage(frame[2]));
    return [toHex(message.kind === "sealed" ? message.to : message.author)];
  });
}

/** Everything that a relay sees of an intent's own thread. */
const threadTraces = (intent: Signed<"intent">, sellers: readonly ScriptedSeller[]): readonly string[] => [
  toHex(intent.author),
  toHex(intent.body.reply.mailbox),
  ...sellers.map((one) => toHex(one.mailbox(intent).signer.publicKey)),
];

const firstOffer = async (cast: Cast): Promise<Offered> => (await cast.offers().next()).value as Offered;

test("no connection ever carries two intents, their mailboxes, or what is said in their deals", async () => {
  const cradle = seller(1);
  const { open: socket, connections } = recordingSocket();
  const journal = memoryJournal();
  const first = await buyerOn({ journal, socket });
  const casts = await Promise.all([1, 2, 3, 4].map(() => first.cast(stroller)));
  for (const cast of casts) await cradle.offer(cast.intent, 20_000);
  const [a, b, c] = casts as [Cast, Cast, Cast];
  const purchase = await a.award(await firstOffer(a));
  await cradle.order(a.intent, await cradle.receive(a.intent), 20_000);
  await purchase.ordered();
  await purchase.note("By the back door, please.");
  await b.decline(await firstOffer(b), "price");
  await c.withdraw();
  await first[Symbol.asyncDispose]();
  const second = await buyerOn({ journal, socket });
  const [again] = second.casts()[0]?.purchases() ?? [];
  await again?.note("Or by the front door.");

  const threads = casts.map(({ intent }) => new Set(threadTraces(intent, [cradle])));
  const served = () =>
    connections.map((connection) =>
      threads.map((thread) => tracesOf(connection).some((trace) => thread.has(trace))),
    );
  // Each thread is seen in both runs, so that seeing nothing shared means something.
  const isSeenTwice = (_: unknown, i: number) => served().filter((isSeen) => isSeen[i]).length >= 2;
  await expect.poll(() => threads.every(isSeenTwice), soon).toBe(true);
  for (const isSeen of served()) expect(isSeen.filter(Boolean).length).toBeLessThanOrEqual(1);
  const known = new Set(threads.flatMap((thread) => [...thread]));
  expect(connections.flatMap(tracesOf).filter((trace) => !known.has(trace))).toEqual([]);
});

test("with fewer channels than threads, all are read in turns, and the bound holds", async () => {
  const cradle = seller(1);
  const { open: socket, connections, most } = recordingSocket();
  const buyer = await buyerOn({ socket, mostChannels: 2, timers: quick });
  const casts = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => buyer.cast(stroller)));
  const totals = () => casts.map((cast) => cast.deals()[0]?.offer?.body.total);
  for (const { intent } of casts) await cradle.offer(intent, 20_000);
  await expect.poll(totals, soon).toEqual(casts.map(() => 20_000));
  for (const cast of casts) {
    const [deal] = cast.deals();
    await cradle.offer(cast.intent, 19_000, { prev: deal?.offer?.id as Uint8Array });
  }
  await expect.poll(totals, soon).toEqual(casts.map(() => 19_000));
  expect(most()).toBeLessThanOrEqual(2);
  const mailboxes = casts.map(({ intent }) => toHex(intent.body.reply.mailbox));
  for (const connection of connections) {
    expect(mailboxes.filter((mailbox) => tracesOf(connection).includes(mailbox)).length).toBeLessThanOrEqual(
      1,
    );
  }
});

test("one channel is enough to award, whatever else waits to be read", async () => {
  const cradle = seller(1);
  const buyer = await buyerOn({ mostChannels: 1, timers: quick });
  const casts = [await buyer.cast(stroller), await buyer.cast(stroller), await buyer.cast(stroller)];
  for (const cast of casts) await cradle.offer(cast.intent, 20_000);
  for (const cast of casts) {
    const purchase = await cast.award(await firstOffer(cast));
    await cradle.order(cast.intent, await cradle.receive(cast.intent), 20_000);
    expect((await purchase.ordered()).body.total).toBe(20_000);
  }
});

test("the relays' state is known before the first cast, and told once however many threads are open", async () => {
  const buyer = await buyerOn({});
  await expect.poll(() => buyer.relays().map(({ state }) => state), soon).toEqual(["open"]);
  await buyer.cast(stroller);
  await buyer.cast(stroller);
  await expect.poll(() => buyer.relays()[0]?.counts.connections, soon).toBe(2);
  expect(buyer.relays()).toHaveLength(1);
  // Two intents, and a copy of each in its own mailbox.
  await expect.poll(() => buyer.relays()[0]?.counts.accepted, soon).toBe(4);
});

test("a thread's connections are closed when no mail is due any more", async () => {
  const { open: socket, connections } = recordingSocket();
  const buyer = await buyerOn({ socket, timers: quick });
  const cast = await buyer.cast({ ...stroller, expires: clock() + 60 });
  const mailbox = toHex(cast.intent.body.reply.mailbox);
  const ofThread = () => connections.filter((connection) => tracesOf(connection).includes(mailbox));
  await expect.poll(() => ofThread().map(({ isOpen }) => isOpen), soon).toEqual([true]);
  clock.advance(61);
  await expect.poll(() => ofThread().map(({ isOpen }) => isOpen), soon).toEqual([false]);
});

test("an offer that is firm for longer than its intent is open can be taken, and its order arrives", async () => {
  const cradle = seller(1);
  const { open: socket, connections } = recordingSocket();
  const buyer = await buyerOn({ socket, timers: quick });
  const cast = await buyer.cast({ ...stroller, expires: clock() + 60 });
  await cradle.offer(cast.intent, 20_000);
  const offered = await firstOffer(cast);
  clock.advance(61);
  const reading = () => connections.filter((one) => one.isOpen && tracesOf(one).length > 0);
  await expect.poll(reading, soon).toEqual([]);
  expect(cast.state).toBe("expired");
  const purchase = await cast.award(offered);
  await cradle.order(cast.intent, await cradle.receive(cast.intent), 20_000);
  expect((await purchase.ordered()).body.total).toBe(20_000);
});

test("a seller cannot have the buyer dial into its own network", async () => {
  await relay.stop();
  relay = await startRelay({ port: 0, clock, name: "relay.example:80" });
  // The buyer knows its relay by a name of the public internet.
  const relays = ["ws://relay.example"];
  const dialled = new Set<string>();
  const { open: record } = recordingSocket();
  const socket: BuyerOptions["socket"] = (address, events) => {
    dialled.add(address);
    return record(address === relays[0] ? relay.url : address, events);
  };
  const buyer = await buyerOn({ relays, socket });
  const cast = await buyer.cast(stroller);
  const cradle = seller(1);
  await cradle.offer(cast.intent, 20_000);
  const { offer } = await firstOffer(cast);
  expect(offer.body.reply.relays).toEqual([relay.url]);
  await cast.award(offer);
  expect((await cradle.receive(cast.intent)).kind).toBe("award");
  expect([...dialled]).toEqual(relays);
});
