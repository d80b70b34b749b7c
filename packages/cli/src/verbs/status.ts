/** `intentcast status`: the wallet, the shops and the relays at one look. */
import { existsSync, readdirSync } from "node:fs";
import { connectRelays, type RelayStatus } from "@intentcast/relay-client";
import { type ExitCode, exitCodes } from "../failure.ts";
import { keyFileOf } from "../keys.ts";
import { openExistingShop } from "../shopkeeper.ts";
import { formatSpan } from "../show/time.ts";
import { openExistingWallet, waitingFor } from "../wallet.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";
import { span } from "./wish.ts";

type Flags = { wait: string };

export const statusVerb: Verb = (program, act) =>
  void program
    .command("status")
    .summary("show the wallet, the shops and the relays at one look")
    .option("--wait <span>", "how long to wait for relays", "2s")
    .addHelpText("after", examples("status", "status --relay wss://relay.example --wait 5s"))
    .action((flags: Flags) => act((context) => status(flags, context)));

async function status(flags: Flags, context: Context): Promise<ExitCode> {
  const { print, settings } = context;
  print.say({ event: "data", folder: settings.data }, `data in ${settings.data}`);
  const open = await showRelays(span(flags.wait, "wait"), context);
  if (existsSync(keyFileOf(settings.data, "buyer"))) await showWallet(context);
  for (const role of shopsIn(settings.data)) await showShop(role, context);
  return open > 0 ? exitCodes.done : exitCodes.nothingCame;
}

/** How many relays can be reached. */
async function showRelays(waitSeconds: number, context: Context): Promise<number> {
  await using pool = connectRelays({ relays: context.settings.relays });
  await using subscription = pool.subscribe({ kinds: ["profile"] }, { from: "now" });
  const signal = waitingFor(context, waitSeconds);
  const timeUp = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  await Promise.race([subscription.caughtUp.catch(() => undefined), timeUp]);
  for (const relay of pool.status()) context.print.say({ event: "relay", ...relay }, relayLine(relay));
  return pool.status().filter(({ state }) => state === "open").length;
}

const stateWords: Readonly<Record<RelayStatus["state"], string>> = {
  open: "open",
  connecting: "connecting, no answer yet",
  waiting: "not connected",
  closed: "closed",
};

function relayLine({ address, state, clockAhead, lastError }: RelayStatus): string {
  const clock =
    clockAhead === undefined || Math.abs(clockAhead) < 5
      ? ""
      : `, its clock is ${formatSpan(Math.abs(clockAhead))} ${clockAhead > 0 ? "ahead of" : "behind"} this one`;
  const trouble =
    state === "open" || lastError === undefined
      ? ""
      : `, ${lastError.reject.detail || lastError.reject.code}`;
  return `relay ${address}: ${stateWords[state]}${clock}${trouble}`;
}

async function showWallet(context: Context): Promise<void> {
  await using wallet = await openExistingWallet(context);
  const casts = wallet.buyer.casts();
  const open = casts.filter(({ state }) => state === "open").length;
  const purchases = casts.flatMap((cast) => cast.purchases());
  const confirmed = purchases.filter(({ deal }) => deal.order !== undefined).length;
  const record = { event: "wallet", casts: casts.length, open, purchases: purchases.length, confirmed };
  context.print.say(
    record,
    `wallet: ${casts.length} cast, ${open} open; ${purchases.length} bought, ${confirmed} confirmed`,
  );
}

async function showShop(role: string, context: Context): Promise<void> {
  await using shop = await openExistingShop(role, context);
  const deals = shop.seller.deals();
  const orders = deals.filter(({ order }) => order !== undefined).length;
  const record = { event: "shop", role, did: shop.seller.did, offers: deals.length, orders };
  context.print.say(record, `shop ${role} (${shop.seller.did}): ${deals.length} offered, ${orders} sold`);
}

const shopsIn = (data: string): string[] =>
  existsSync(data)
    ? readdirSync(data).filter(
        (role) => role !== "buyer" && /^[a-z0-9-]+$/.test(role) && existsSync(keyFileOf(data, role)),
      )
    : [];
