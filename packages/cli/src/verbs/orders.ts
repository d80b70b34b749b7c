/** `intentcast orders`: what you have bought, and the proof of it. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Buyer, Purchase } from "@intentcast/buyer-client";
import { toHex } from "@intentcast/protocol";
import { exitCodes, Failure } from "../failure.ts";
import { dealLine, dealRecord } from "../show/offer.ts";
import { openExistingWallet, waitingFor } from "../wallet.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";
import { span } from "./wish.ts";

type Flags = { bundle?: string; wait: string };

export const ordersVerb: Verb = (program, act) =>
  void program
    .command("orders")
    .summary("show what you have bought; write a deal's bundle")
    .description(
      "Fetches what sellers have sent, and shows every awarded deal: confirmed, on its way, with a receipt.",
    )
    .argument("[order]", "the order's number, or the first digits of its id: show this one only")
    .option("--bundle <file>", "write that deal's bundle, which `verify` checks offline")
    .option("--wait <span>", "how long to fetch", "2s")
    .addHelpText("after", examples("orders", "orders C-1001 --bundle deal.cbor"))
    .action((order: string | undefined, flags: Flags) => act((context) => orders(order, flags, context)));

async function orders(wanted: string | undefined, flags: Flags, context: Context) {
  const { print } = context;
  const waitSeconds = span(flags.wait, "wait");
  await using wallet = await openExistingWallet(context);
  await fetched(wallet.buyer, waitingFor(context, waitSeconds));
  const purchases = wallet.buyer.casts().flatMap((cast) => cast.purchases());
  const chosen =
    wanted === undefined ? purchases : purchases.filter((purchase) => isCalled(purchase, wanted));
  if (wanted !== undefined && chosen.length === 0) throw new Failure(`no order here is called ${wanted}`);
  if (chosen.length === 0) print.tell("nothing is bought yet.");
  for (const { deal } of chosen) print.say(dealRecord(deal), dealLine(deal));
  if (flags.bundle !== undefined) {
    const [only, ...others] = chosen;
    if (only === undefined || others.length > 0)
      throw new Failure("name the one order whose bundle to write");
    await saveBundle(only, flags.bundle, context);
  }
  return exitCodes.done;
}

const isCalled = ({ deal }: Purchase, wanted: string): boolean =>
  deal.order?.body.number === wanted || (deal.order !== undefined && toHex(deal.order.id).startsWith(wanted));

/** Reads on until the receipts that are awaited have come, or the signal says that it is enough. */
async function fetched(buyer: Buyer, signal: AbortSignal): Promise<void> {
  const purchases = buyer.casts().flatMap((cast) => cast.purchases());
  await Promise.allSettled(purchases.map((purchase) => purchase.receipt({ signal })));
}

/** Writes the bundle for the owner's eyes only: it holds what was disclosed. */
export async function saveBundle(
  { bundle }: Purchase,
  file: string,
  { print, terminal }: Context,
): Promise<void> {
  const path = resolve(terminal.folder, file);
  await writeFile(path, bundle(), { mode: 0o600 });
  print.tell(`wrote ${path}; it holds what you disclosed. Check it with: intentcast verify ${file}`);
}
