/** Ten buyers race for the last item of a shop, which may die in the middle: one gets it, nine are told no. */
import { type Buyer, openBuyer, type Purchase } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import { IntentcastError, toHex } from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import type { Dice } from "../../fuzz/dice.ts";
import { ClientProcess } from "../client-process.ts";
import { hastyTimers } from "../programs/client.ts";
import { wish } from "../programs/goods.ts";
import { startRelayProcess } from "../relay-process.ts";
import { demand, type Figures, type Scenario, sum } from "../scenario.ts";

const racers = 10;

/** Casts, waits for the shop's offer. */
async function offeredTo(buyer: Buyer) {
  const cast = await buyer.cast(wish);
  for await (const offered of cast.offers()) return { cast, offered };
  throw new Error("no offer");
}

/** The order's id, or why there is none. */
async function outcomeOf(purchase: Purchase): Promise<{ order: string } | { decline: string }> {
  try {
    return { order: toHex((await purchase.ordered()).id) };
  } catch (error) {
    if (!(error instanceof IntentcastError)) throw error;
    const decline = purchase.deal.messages.find((one) => one.kind === "decline");
    return { decline: decline?.kind === "decline" ? decline.body.reason : error.code };
  }
}

async function race(dice: Dice): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const relay = stack.use(await startRelayProcess(folder.path));
  const config = { folder: `${folder.path}/shop`, relays: [relay.url], seed: 31, pieces: 1 };
  const first = new ClientProcess("shop", config);
  await first.tells("caughtUp");
  const buyers = await Promise.all(
    Array.from({ length: racers }, async (_, i) =>
      stack.use(
        await openBuyer({
          seed: new Uint8Array(32).fill(100 + i),
          relays: [relay.url],
          journal: memoryJournal(),
          timers: hastyTimers,
        }),
      ),
    ),
  );
  const offers = await Promise.all(buyers.map(offeredTo));
  // In most races the shop is another by now, which dies at some step of answering the awards.
  let deaths = 0;
  let shop = first;
  if (dice.chance(0.7)) {
    await first.kill();
    deaths++;
    const doom = {
      moment: dice.pick(["append", "send"] as const),
      number: 1 + dice.below(12),
      when: dice.pick(["before", "after"] as const),
    };
    shop = new ClientProcess("shop", { ...config, doom });
    await shop.tells("open");
  }
  const purchases = await Promise.all(offers.map(({ cast, offered }) => cast.award(offered)));
  const outcomes = Promise.all(purchases.map(outcomeOf));
  const isAlive = await Promise.race([outcomes.then(() => true), shop.gone.then(() => false)]);
  if (!isAlive) {
    deaths++;
    shop = new ClientProcess("shop", config);
  }
  const all = await outcomes;
  const deals = (await shop.end())["deals"] as readonly Record<string, string | undefined>[];
  const orders = all.flatMap((one) => ("order" in one ? [one.order] : []));
  const declined = all.flatMap((one) => ("decline" in one ? [one.decline] : []));
  demand(orders.length === 1, `one order for the last item, not ${orders.length}`);
  demand(declined.length === racers - 1, `${racers - 1} declines, not ${declined.length}`);
  demand(
    declined.every((reason) => reason === "out-of-stock"),
    `declined as out-of-stock, not ${declined.join(", ")}`,
  );
  const theirs = deals.flatMap(({ order }) => order ?? []);
  demand(theirs.length === 1 && theirs[0] === orders[0], "the shop holds the buyer's order and no other");
  return { races: 1, buyers: racers, orders: orders.length, declines: declined.length, shopKilled: deaths };
}

export const lastItem: Scenario = {
  about: "ten buyers race for the last item of a shop, which is killed in most races",
  runs: 20,
  run: async (dice, runs, say) => {
    const figures: Figures[] = [];
    for (let i = 0; i < runs; i++) {
      figures.push(await race(dice));
      if ((i + 1) % 5 === 0) say(`${i + 1} races`);
    }
    return sum(figures);
  },
};
