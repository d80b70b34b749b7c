/** A clock that is wrong by a day, at the relay, at the buyer or at the seller: who refuses what, and who says so. */
import { type Buyer, openBuyer } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import { day, hour, IntentcastError } from "@intentcast/protocol";
import { openSeller } from "@intentcast/seller-client";
import { temporaryFolder } from "@intentcast/testkit";
import { hastyTimers } from "../programs/client.ts";
import { catalogue, wish } from "../programs/goods.ts";
import { startRelayWithClock } from "../relay-process.ts";
import { demand, type Figures, type Scenario } from "../scenario.ts";

const wrong = day + hour;

type Case = {
  readonly name: string;
  /** Seconds by which each clock is ahead. */
  readonly relay: number;
  readonly buyer: number;
  readonly seller: number;
  /** What becomes of casting and of what follows: the code by which casting is refused, or how far the deal gets. */
  readonly expect: string;
};

const cases: readonly Case[] = [
  { name: "all right", relay: 0, buyer: 0, seller: 0, expect: "ordered" },
  { name: "relay ahead", relay: wrong, buyer: 0, seller: 0, expect: "expired" },
  { name: "relay behind", relay: -wrong, buyer: 0, seller: 0, expect: "not-yet-valid" },
  { name: "buyer ahead", relay: 0, buyer: wrong, seller: 0, expect: "not-yet-valid" },
  { name: "buyer behind", relay: 0, buyer: -wrong, seller: 0, expect: "expired" },
  { name: "seller ahead", relay: 0, buyer: 0, seller: wrong, expect: "ordered; the shop made 0 offers ()" },
  { name: "seller behind", relay: 0, buyer: 0, seller: -wrong, expect: "ordered; the shop made 0 offers ()" },
];

const clockAhead = (seconds: number) => () => Math.floor(Date.now() / 1000) + seconds;

/** What a client's log says of clocks: how far it takes the relay's to be ahead. */
function clockNews() {
  const differences: number[] = [];
  const note = (event: string, facts: Readonly<Record<string, string | number>>): void => {
    if (event === "clock-differs") differences.push(Number(facts["clockAhead"]));
  };
  return { differences, note };
}

/** A client logs that the relay's clock is so far ahead of its own, once; nothing where they agree. */
function demandTold(who: string, differences: readonly number[], ahead: number): void {
  const isTold = ahead === 0 ? differences.length === 0 : differences.length === 1;
  demand(isTold, `the ${who} logs once that the clocks differ by ${ahead}, not ${differences.join(", ")}`);
  const [told = 0] = differences;
  demand(
    Math.abs(told - ahead) <= 5,
    `the ${who} logs that the relay's clock is ${ahead} ahead, not ${told}`,
  );
}

async function shop(stack: AsyncDisposableStack, relays: readonly string[], number: number, ahead: number) {
  const misses: string[] = [];
  const { differences, note } = clockNews();
  const seller = stack.use(
    await openSeller({
      seed: new Uint8Array(32).fill(number),
      name: `Shop ${number}`,
      relays,
      journal: memoryJournal(),
      clock: clockAhead(ahead),
      timers: hastyTimers,
      log: (_, event, facts) => note(event, facts),
    }),
  );
  const answering = seller.answerFromCatalogue(catalogue(undefined), {
    onNoOffer: (_, { misses: [miss] }) => void misses.push(miss.reason),
  });
  await answering.caughtUp;
  return { seller, misses, differences };
}

/**
 * What becomes of a wish that two shops hear, of which one has the clock in question: the code by which casting is
 * refused, or what the shop with the clock in question has said by the time that the other one's order is there.
 */
async function outcomeOf({
  relay: relayAhead,
  buyer: buyerAhead,
  seller: sellerAhead,
}: Case): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const relay = stack.use(await startRelayWithClock(folder.path, relayAhead));
  const relays = [relay.url];
  const { seller, misses, differences } = await shop(stack, relays, 41, sellerAhead);
  const other = await shop(stack, relays, 43, 0);
  const buyers = clockNews();
  const buyer = stack.use(
    await openBuyer({
      seed: new Uint8Array(32).fill(42),
      relays,
      journal: memoryJournal(),
      clock: clockAhead(buyerAhead),
      timers: hastyTimers,
      log: buyers.note,
    }),
  );
  const outcome = await dealWith(buyer, other.seller.did);
  const offered = seller.deals().length;
  demandTold("buyer", buyers.differences, relayAhead - buyerAhead);
  demandTold("shop", differences, relayAhead - sellerAhead);
  const statuses = [...buyer.relays(), ...seller.status()].map(({ clockAhead: told }) => told);
  const aheads = [relayAhead - buyerAhead, relayAhead - sellerAhead];
  demand(
    aheads.every((ahead, i) => Math.abs((statuses[i] ?? Number.NaN) - ahead) <= 5),
    "both are told by how much the relay's clock differs",
  );
  return outcome.startsWith("ordered") && sellerAhead !== 0
    ? `${outcome}; the shop made ${offered} offers (${misses.join(", ")})`
    : outcome;
}

/** Carries a deal with one seller to its order. */
async function dealWith(buyer: Buyer, did: string): Promise<string> {
  try {
    const cast = await buyer.cast(wish);
    for await (const offered of cast.offers()) {
      if (offered.seller !== did) continue;
      await (await cast.award(offered)).ordered();
      return `ordered${cast
        .refused()
        .map(({ reject }) => `, refused ${reject.code}`)
        .join("")}`;
    }
    return `the cast is ${cast.state}`;
  } catch (error) {
    if (error instanceof IntentcastError) return error.code;
    throw error;
  }
}

async function run(_: unknown, __: number, say: (line: string) => void): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const one of cases) {
    const outcome = await outcomeOf(one);
    say(`${one.name}: ${outcome}`);
    demand(outcome === one.expect, `${one.name}: ${one.expect}, not ${outcome}`);
    figures[`${one.name} -> ${outcome}`] = 1;
  }
  return figures;
}

export const wrongClock: Scenario = {
  about: "a clock is wrong by a day and an hour, at the relay, the buyer or the shop",
  runs: 1,
  run,
};
