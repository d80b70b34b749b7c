/** A relay that withholds, between a buyer and a shop: both deal by the other relays, and are told which one it is. */
import { openBuyer } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import { hour, type Message, toHex } from "@intentcast/protocol";
import { startRelay } from "@intentcast/relay";
import { connectRelays, type RelayPool } from "@intentcast/relay-client";
import { type Catalogue, openSeller } from "@intentcast/seller-client";
import { seededRandom, virtualTime, withholdingRelay } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";

const shop: Catalogue = {
  currency: "USD",
  items: [{ sku: "twin", name: "Twin stroller", price: 18_900 }],
  firmFor: 4 * hour,
};
const wish = {
  want: [{ category: "uncategorized", name: "twin stroller", quantity: { value: 1, unit: "C62" } }],
};

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

type Entry = { readonly event: string; readonly facts: Readonly<Record<string, string | number>> };

/** Two honest relays and one that hides something, a buyer and a shop that use all three, and what the two log. */
async function market(hides: (message: Message) => boolean) {
  const time = virtualTime(1_800_000_000);
  const { clock, timers } = time;
  const start = async () => stack.use(await startRelay({ port: 0, clock, quotas: "off" }));
  const honest = [await start(), await start()];
  const muffled = stack.use(await withholdingRelay((await start()).url, { hides }));
  const relays = [...honest, muffled].map(({ url }) => url);
  const logs: { buyer: Entry[]; seller: Entry[] } = { buyer: [], seller: [] };
  const party = (name: "buyer" | "seller", fill: number) => ({
    seed: new Uint8Array(32).fill(fill),
    ...{ relays, clock, timers, random: seededRandom(name), journal: memoryJournal() },
  });
  const seller = stack.use(
    await openSeller({
      ...party("seller", 1),
      name: "Cradle & Co",
      log: (_, event, facts) => void logs.seller.push({ event, facts }),
    }),
  );
  seller.answerFromCatalogue(shop);
  const log = (event: string, facts: Entry["facts"]) => void logs.buyer.push({ event, facts });
  const buyer = stack.use(await openBuyer({ ...party("buyer", 2), log }));
  const onlooker = stack.use(connectRelays({ relays }));
  return { time, relays, logs, seller, buyer, onlooker };
}

/** Lets minutes pass; after each quarter of one, whatever was said to a relay then has been answered. */
async function pass(minutes: number, { time, onlooker }: Awaited<ReturnType<typeof market>>): Promise<void> {
  for (let quarter = 0; quarter < 4 * minutes; quarter++) {
    await time.pass(15, () => true);
    for (let i = 0; i < 3; i++) await roundTrip(onlooker);
  }
}

async function roundTrip(onlooker: RelayPool): Promise<void> {
  await using subscription = onlooker.subscribe({ kinds: ["profile"] }, { from: "now" });
  await subscription.caughtUp;
}

const accusations = (entries: readonly Entry[]) => entries.filter(({ event }) => event === "relay-withholds");

test("the buyer's mail comes by the others, and the buyer is told which relay withholds it", async () => {
  const world = await market(({ kind }) => kind === "sealed");
  const cast = await world.buyer.cast(wish);
  const { value: offered } = await cast.offers().next();
  if (offered === undefined) throw new Error("no offer came");
  await (await cast.award(offered)).ordered();
  await pass(4, world);
  const [a = "", b = "", c] = world.relays;
  expect(accusations(world.logs.buyer)).toMatchObject([{ facts: { relay: c, withheld: 1 } }]);
  const [{ facts } = { facts: {} as Entry["facts"] }] = accusations(world.logs.buyer);
  expect(`${facts["shownBy"]}`.split(" ").toSorted()).toEqual([a, b].toSorted());
  const silence = world.buyer.relays().map(({ address, silence }) => [address, silence?.withheld ?? 0]);
  expect(Object.fromEntries(silence)).toEqual({ [a]: 0, [b]: 0, [`${c}`]: 1 });
});

test("the shop hears of the intent by the others, and is told which relay withholds it", async () => {
  const world = await market(({ kind }) => kind === "intent");
  const cast = await world.buyer.cast(wish);
  await cast.offers().next();
  await pass(4, world);
  const [a, b, c] = world.relays;
  expect(accusations(world.logs.seller)).toEqual([
    {
      event: "relay-withholds",
      facts: {
        relay: c,
        withheld: 1,
        message: toHex(cast.intent.id),
        shownBy: expect.stringMatching(`${a}|${b}`),
      },
    },
  ]);
  expect(accusations(world.logs.buyer)).toEqual([]);
});

test("neither is told anything where all are honest", async () => {
  const world = await market(() => false);
  const cast = await world.buyer.cast(wish);
  const { value: offered } = await cast.offers().next();
  if (offered === undefined) throw new Error("no offer came");
  await (await cast.award(offered)).ordered();
  await pass(10, world);
  expect(accusations([...world.logs.buyer, ...world.logs.seller])).toEqual([]);
  const silences = [...world.buyer.relays(), ...world.seller.status()].map(({ silence }) => silence);
  expect(new Set(silences)).toEqual(new Set([undefined]));
});
