/** A buyer and a shop die between any two steps of a deal and start again on their journals, until the deal is done. */
import {
  fromHex,
  type Id,
  readMessage,
  type Signed,
  toHex,
  unwrap,
  verifyBundle,
} from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import type { Dice } from "../../fuzz/dice.ts";
import { ClientProcess } from "../client-process.ts";
import { type Doom, moments } from "../programs/doom.ts";
import { startRelayProcess } from "../relay-process.ts";
import { demand, type Figures, type Scenario, sum } from "../scenario.ts";
import { saidOnWire, untilClosed } from "../wire.ts";

const seeds = { buyer: 21, seller: 22 };

/** After so many deaths a client is left alive, so that the deal comes to its end. */
const mostDeaths = 6;

/** What happens in one life: a few appends, some frames. A number that is never reached is a long life. */
const doomed = (dice: Dice): Doom => {
  const moment = dice.pick(moments);
  return {
    moment,
    number: 1 + dice.below(moment === "append" ? 7 : 14),
    when: dice.pick(["before", "after"] as const),
  };
};

/** Lives again and again until one life is done with what it is asked, or was long enough. */
async function buyerLives(dice: Dice, config: { folder: string; relays: readonly string[] }) {
  for (let deaths = 0; ; deaths++) {
    const doom = deaths < mostDeaths ? { doom: doomed(dice) } : {};
    const buyer = new ClientProcess("buyer", { ...config, seed: seeds.buyer, ...doom });
    const done = await buyer.tells("done");
    if (done !== undefined) return { buyer, done, deaths };
  }
}

/** A shop that is started again whenever it has died, until it is told that all is over. */
function shopLives(dice: Dice, config: { folder: string; relays: readonly string[] }) {
  let deaths = 0;
  let isOver = false;
  let shop: ClientProcess;
  const start = (): void => {
    const doom = deaths < mostDeaths ? { doom: doomed(dice) } : {};
    shop = new ClientProcess("shop", { ...config, seed: seeds.seller, ...doom });
  };
  async function live(): Promise<void> {
    for (;;) {
      await shop.gone;
      if (isOver) return;
      deaths++;
      start();
    }
  }
  start();
  const living = live();
  return {
    get deaths() {
      return deaths;
    },
    /** Ends the present life, and asks a last one without doom what it holds. */
    async report() {
      isOver = true;
      await shop.kill();
      await living;
      await using last = new ClientProcess("shop", { ...config, seed: seeds.seller });
      await last.tells("caughtUp");
      return (await last.end())["deals"] as readonly Record<string, string | undefined>[];
    },
  };
}

const one = (said: ReadonlyMap<string, ReadonlySet<string>>, kind: string): string => {
  const ids = [...(said.get(kind) ?? [])];
  demand(ids.length === 1, `one ${kind} on the wire, not ${ids.length}`);
  return ids[0] as string;
};

const idOf = (message: { readonly id: Id } | undefined): string => toHex(message?.id ?? new Uint8Array(0));

async function deal(dice: Dice): Promise<Figures> {
  await using folder = await temporaryFolder();
  await using relay = await startRelayProcess(folder.path);
  const relays = [relay.url];
  const shop = shopLives(dice, { folder: `${folder.path}/shop`, relays });
  const { buyer, done, deaths } = await buyerLives(dice, { folder: `${folder.path}/buyer`, relays });
  await buyer.kill();
  const intent = unwrap(readMessage(fromHex(String(done["intent"])), () => true)) as Signed<"intent">;
  {
    // The buyer may have died with something still to be said: a last life says it.
    await using last = new ClientProcess("buyer", {
      folder: `${folder.path}/buyer`,
      relays,
      seed: seeds.buyer,
    });
    await untilClosed(relay.url, intent.author);
    await last.end();
  }
  const deals = await shop.report();

  const bought = unwrap(verifyBundle(fromHex(String(done["bundle"]))));
  const said = await saidOnWire(relay.url, intent, seeds);
  demand(one(said, "intent") === toHex(intent.id), "the intent on the wire is the buyer's");
  demand(one(said, "award") === idOf(bought.award), "the award on the wire is the buyer's");
  demand(one(said, "order") === idOf(bought.order), "the order on the wire is the buyer's");
  one(said, "offer");
  one(said, "receipt");
  one(said, "close");
  demand(deals.length === 1, `the shop has one deal, not ${deals.length}`);
  demand(deals[0]?.["order"] === idOf(bought.order), "both sides hold the same order");
  demand(deals[0]?.["receipt"] === idOf(bought.receipt), "both sides hold the same receipt");
  return { deals: 1, buyerKilled: deaths, shopKilled: shop.deaths };
}

export const clientsKilled: Scenario = {
  about: "buyer and shop are killed between any two steps of a deal",
  runs: 25,
  run: async (dice, runs, say) => {
    const figures: Figures[] = [];
    for (let i = 0; i < runs; i++) {
      figures.push(await deal(dice));
      if ((i + 1) % 5 === 0) say(JSON.stringify(sum(figures)));
    }
    return sum(figures);
  },
};
