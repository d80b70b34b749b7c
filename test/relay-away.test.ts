/** A relay that is away for a minute or an hour, or comes back with an empty disk: clients say what they know and carry on. */
import { type Buyer, type Offered, openBuyer } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import { hour, IntentcastError, minute } from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { type OpenSocket, openWebSocket, type RelayStatus } from "@intentcast/relay-client";
import { type Catalogue, openSeller, type Seller } from "@intentcast/seller-client";
import { seededRandom, temporaryFolder, virtualTime } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";

const noon = 1_800_000_000;
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

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof IntentcastError ? error.code : String(error)),
  );

/** A relay on a disk, a shop and a buyer, all by one clock that passes when it is told to. */
async function market() {
  const time = virtualTime(noon);
  const { clock, timers } = time;
  let dials = 0;
  const socket: OpenSocket = (address, events) => {
    dials++;
    return openWebSocket(address, events);
  };
  const start = async (port: number, data: string): Promise<Relay> =>
    stack.use(await startRelay({ port, data, clock, quotas: "off" }));
  const [disk, emptyDisk] = [stack.use(await temporaryFolder()), stack.use(await temporaryFolder())];
  const relay = await start(0, disk.path);
  const shared = { relays: [relay.url], clock, timers, socket };
  const seller = stack.use(
    await openSeller({
      ...shared,
      random: seededRandom("seller"),
      seed: new Uint8Array(32).fill(1),
      name: "Cradle & Co",
      journal: memoryJournal(),
    }),
  );
  seller.answerFromCatalogue(shop, { paidAtOnce: true });
  const buyer = stack.use(
    await openBuyer({
      ...shared,
      random: seededRandom("buyer"),
      seed: new Uint8Array(32).fill(2),
      journal: memoryJournal(),
    }),
  );
  const restart = (isDiskLost: boolean): Promise<Relay> =>
    start(relay.port, isDiskLost ? emptyDisk.path : disk.path);
  return { time, relay, restart, buyer, seller, dials: () => dials };
}

const statuses = (buyer: Buyer, seller: Seller): readonly RelayStatus[] => [
  ...buyer.relays(),
  ...seller.status(),
];

test.each([
  ["a minute", minute, false],
  ["a minute, and comes back with an empty disk", minute, true],
  ["an hour", hour, false],
  ["an hour, and comes back with an empty disk", hour, true],
])(
  "a relay is away for %s: both sides say so meanwhile, and their deal goes on by itself",
  async (_, seconds, isDiskLost) => {
    const { time, relay, restart, buyer, seller, dials } = await market();
    const cast = await buyer.cast(wish);
    const offered = (await cast.offers().next()).value as Offered;
    const states = () => statuses(buyer, seller).map(({ state }) => state);

    await relay.stop();
    await expect.poll(() => new Set(states())).toEqual(new Set(["waiting"]));
    const isSettled = (): boolean => !states().includes("connecting");
    const awarded = codeOf(cast.award(offered));
    const castInVain = codeOf(buyer.cast(wish));
    const dialledBefore = dials();
    await time.pass(seconds, isSettled);

    // What they say: nobody can be reached, and what became of what was asked for.
    expect(await awarded).toBe("no-relay");
    expect(await castInVain).toBe("no-relay");
    expect(cast.state).toBe("awarded");
    expect(buyer.casts().map(({ state }) => state)).toEqual(["awarded", "refused"]);
    for (const { state, lastError } of statuses(buyer, seller)) {
      expect([state, lastError?.reject.code]).toEqual(["waiting", "connection-lost"]);
      expect(time.clock() - (lastError?.at ?? 0)).toBeLessThanOrEqual(minute);
    }
    // And they neither hammer nor forget: at most a minute between two attempts of a connection, half of it on average.
    const connections = 3;
    const dialled = dials() - dialledBefore;
    expect(dialled).toBeGreaterThanOrEqual(connections * Math.floor(seconds / minute));
    expect(dialled).toBeLessThan(connections * (12 + (4 * seconds) / minute));

    await restart(isDiskLost);
    const [purchase] = cast.purchases();
    const receipt = purchase?.receipt();
    let isDone = false;
    void receipt?.then(() => {
      isDone = true;
    });
    while (!isDone) await time.pass(1, isSettled);
    expect((await receipt)?.body.paid).toMatchObject({ currency: "USD", total: 18_900 });
    expect(new Set(states())).toEqual(new Set(["open"]));
    expect(seller.deals().map(({ phase }) => phase)).toEqual(["receipted"]);
  },
);
