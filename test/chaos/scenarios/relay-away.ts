/**
 * The relay dies at some frame of a deal, and comes back as it was or with an empty disk, while a shop has open threads and a
 * buyer waits. They carry on by themselves, with what only the dead disk held sent again; and nothing is said twice.
 */
import { type Buyer, type BuyerOptions, type Cast, openBuyer, type Purchase } from "@intentcast/buyer-client";
import { type Journal, memoryJournal } from "@intentcast/journal";
import { IntentcastError } from "@intentcast/protocol";
import { type OpenSocket, openWebSocket } from "@intentcast/relay-client";
import { openSeller, type Seller, type SellerOptions } from "@intentcast/seller-client";
import { temporaryFolder } from "@intentcast/testkit";
import type { Dice } from "../../fuzz/dice.ts";
import { hastyTimers } from "../programs/client.ts";
import { catalogue, wish } from "../programs/goods.ts";
import { freePort, startRelayProcess } from "../relay-process.ts";
import { demand, type Figures, type Scenario, sum } from "../scenario.ts";
import { saidOnWire } from "../wire.ts";

const seeds = { buyer: 51, seller: 52 };

/** Calls back at the n-th frame that either client sends or is sent, before it has any effect. */
function tripwire(number: number, trip: () => void): OpenSocket {
  let frames = 0;
  const count = (): void => {
    frames++;
    if (frames === number) trip();
  };
  return (address, events) => {
    const received: typeof events.received = (data) => {
      count();
      events.received(data);
    };
    const socket = openWebSocket(address, { ...events, received });
    const send: typeof socket.send = (frame) => {
      count();
      socket.send(frame);
    };
    return { ...socket, send };
  };
}

const isPassing = (error: unknown): boolean =>
  error instanceof IntentcastError && ["no-relay", "connection-lost", "shutting-down"].includes(error.code);

/** Casts until a relay takes it: what was refused for want of a relay is not sent later. */
async function castAnyway(buyer: Buyer): Promise<Cast> {
  for (;;) {
    try {
      return await buyer.cast(wish);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
}

/** An award that no relay took stands, and is sent when one can be reached. */
async function awardAnyway(cast: Cast): Promise<Purchase> {
  for await (const offered of cast.offers()) {
    try {
      return await cast.award(offered);
    } catch (error) {
      const [purchase] = cast.purchases();
      if (!isPassing(error) || purchase === undefined) throw error;
      return purchase;
    }
  }
  throw new Error(`no offer; the cast is ${cast.state}`);
}

/** Carries a deal to its receipt: the one that an earlier life has left, or a new one. */
async function dealOf(buyer: Buyer): Promise<void> {
  const left = buyer.casts().find(({ state }) => state !== "refused");
  const cast = left ?? (await castAnyway(buyer));
  const purchase = cast.purchases()[0] ?? (await awardAnyway(cast));
  await purchase.receipt();
}

type Journals = Readonly<Record<"buyer" | "seller", Journal>>;
type Shared = Pick<BuyerOptions & SellerOptions, "relays" | "socket" | "timers">;

async function openBoth(journals: Journals, shared: Shared): Promise<{ buyer: Buyer; seller: Seller }> {
  const sellers = { seed: new Uint8Array(32).fill(seeds.seller), journal: journals.seller };
  const seller = await openSeller({ ...shared, ...sellers, name: "Cradle & Co" });
  seller.answerFromCatalogue(catalogue(undefined), { paidAtOnce: true });
  const buyers = { seed: new Uint8Array(32).fill(seeds.buyer), journal: journals.buyer };
  return { seller, buyer: await openBuyer({ ...shared, ...buyers }) };
}

async function absence(dice: Dice): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const folders = [stack.use(await temporaryFolder()), stack.use(await temporaryFolder())] as const;
  const isDiskLost = dice.chance(0.5);
  const areClientsStartedAgain = dice.chance(0.3);
  const port = await freePort();
  const first = stack.use(await startRelayProcess(folders[0].path, port));
  const dead = Promise.withResolvers<void>();
  // A deal takes some sixty frames; where it takes fewer, the relay dies afterwards.
  const socket = tripwire(8 + dice.below(60), () => void first.kill().then(dead.resolve));
  const shared = { relays: [first.url], socket, timers: hastyTimers };
  const journals = { seller: memoryJournal(), buyer: memoryJournal() };
  let clients = await openBoth(journals, shared);
  stack.defer(async () => {
    await clients.buyer[Symbol.asyncDispose]();
    await clients.seller[Symbol.asyncDispose]();
  });
  const begun = dealOf(clients.buyer);
  begun.catch(() => undefined);
  await Promise.race([dead.promise, begun]);
  await first.kill();
  if (areClientsStartedAgain) {
    await clients.buyer[Symbol.asyncDispose]();
    await clients.seller[Symbol.asyncDispose]();
    clients = await openBoth(journals, shared);
  }
  const second = stack.use(await startRelayProcess(folders[isDiskLost ? 1 : 0].path, port));
  const { buyer, seller } = clients;
  await (areClientsStartedAgain ? dealOf(buyer) : begun);

  // And another one, from its beginning.
  const next = await awardAnyway(await castAnyway(buyer));
  await next.receipt();
  const stores = new Set([...buyer.relays(), ...seller.status()].map(({ store }) => store));
  demand(stores.size === 1, "both sides know the store that they are served from");
  for (const cast of buyer.casts()) {
    const said = await saidOnWire(second.url, cast.intent, seeds);
    for (const [kind, ids] of said) {
      if (["offer", "award", "order", "receipt", "close"].includes(kind)) {
        demand(ids.size === 1, `${kind} stands once on the wire, not ${ids.size} times`);
      }
    }
  }
  const threads = seller.deals().map(({ intent }) => Buffer.from(intent.id).toString("hex"));
  demand(new Set(threads).size === threads.length, "the shop has one deal a thread");
  const fate = `disk ${isDiskLost ? "lost" : "kept"}${areClientsStartedAgain ? ", clients started again" : ""}`;
  return { [`deals done, ${fate}`]: 2 };
}

export const relayAway: Scenario = {
  about:
    "the relay dies in the middle of a deal and comes back, in half of the runs with an empty disk; in a third, the clients are started again as well",
  runs: 30,
  run: async (dice, runs, say) => {
    const figures: Figures[] = [];
    for (let i = 0; i < runs; i++) {
      figures.push(await absence(dice));
      if ((i + 1) % 5 === 0) say(JSON.stringify(sum(figures)));
    }
    return sum(figures);
  },
};
