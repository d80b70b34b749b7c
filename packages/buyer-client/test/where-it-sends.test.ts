/** To which relays a buyer sends what it says to a seller who reads elsewhere, and what if those cannot be reached. */
import { memoryJournal } from "@intentcast/journal";
import { toHex } from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { connectRelays, type OpenSocket, openWebSocket } from "@intentcast/relay-client";
import { fixedClock } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Cast, type Draft, type Offered, openBuyer } from "../src/index.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const draft: Draft = { want: [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }] };
const clock = fixedClock(1_800_000_000);

let stack: AsyncDisposableStack;
let ours: Relay;
let theirs: Relay;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  [ours, theirs] = [await start(), await start()];
});
afterEach(() => stack.disposeAsync());

const start = async (): Promise<Relay> => stack.use(await startRelay({ port: 0, clock }));

type Offering = { readonly cast: Cast; readonly seller: ScriptedSeller };

/** A buyer who reads at our relay, and a seller who has offered there, and names relays of its own choice. */
async function offered(relays: string[], socket?: OpenSocket): Promise<Offering> {
  // Retries come soon; how long a relay may take to answer stays as it is.
  const timers = (ms: number, action: () => void) => {
    const timer = setTimeout(action, ms === 15_000 ? 20 : ms);
    return () => clearTimeout(timer);
  };
  const world = { clock, timers, ...(socket && { socket }) };
  const journal = memoryJournal();
  const seed = new Uint8Array(32).fill(42);
  const buyer = stack.use(await openBuyer({ seed, relays: [ours.url], journal, ...world }));
  const cast = await buyer.cast(draft);
  const seller = stack.use(new ScriptedSeller(ours.url, 1, clock));
  const { signer, key } = seller.mailbox(cast.intent);
  await seller.offer(await seller.hear(), 20_000, { reply: { mailbox: signer.publicKey, key, relays } });
  return { cast, seller };
}

/** The first envelope in the seller's mailbox at a relay. */
async function letterAt(relay: Relay, seller: ScriptedSeller, cast: Cast): Promise<string> {
  await using pool = connectRelays({ relays: [relay.url], clock });
  const mail = pool.subscribe({ kinds: ["sealed"] }, { mailboxes: [seller.mailbox(cast.intent).signer] });
  for await (const { message } of mail) return toHex(message.bytes);
  throw new Error("no letter came");
}

const firstOffer = async (cast: Cast): Promise<Offered> => (await cast.offers().next()).value as Offered;

test("an award goes to the seller's relay, and to the buyer's own for the network to carry", async () => {
  const { cast, seller } = await offered([theirs.url]);
  await cast.award(await firstOffer(cast));
  const letter = await letterAt(theirs, seller, cast);
  expect(await letterAt(ours, seller, cast)).toBe(letter);
});

test("where the seller's relay is out of reach it is not waited for, and gets the same letter once it is there", async () => {
  let isOutOfReach = true;
  const socket: OpenSocket = (address, events) => {
    if (address === ours.url || !isOutOfReach) return openWebSocket(address, events);
    queueMicrotask(() => events.closed("nobody is there"));
    return { send: () => undefined, close: () => undefined };
  };
  const { cast, seller } = await offered([theirs.url], socket);
  await cast.award(await firstOffer(cast));
  const letter = await letterAt(ours, seller, cast);
  isOutOfReach = false;
  expect(await letterAt(theirs, seller, cast)).toBe(letter);
});

test("where both name a relay, it goes there and nowhere else", async () => {
  const { cast, seller } = await offered([theirs.url, ours.url]);
  await cast.award(await firstOffer(cast));
  await letterAt(ours, seller, cast);
  const elsewhere = stack.use(new ScriptedSeller(theirs.url, 1, clock));
  expect(await elsewhere.received(cast.intent)).toEqual([]);
});
