/** `intentcast decline`: tells the other side no, and why. */
import { type Body, declineReasons } from "@intentcast/protocol";
import { Option } from "commander";
import { type ExitCode, exitCodes } from "../failure.ts";
import { pickDeal, pickOffered } from "../pick.ts";
import { openExistingShop } from "../shopkeeper.ts";
import { dealLine, dealRecord } from "../show/offer.ts";
import { openExistingWallet } from "../wallet.ts";
import { examples } from "./examples.ts";
import { roleOption } from "./role.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { reason: Body<"decline">["reason"]; note?: string; as: string };

export const declineVerb: Verb = (program, act) =>
  void program
    .command("decline")
    .summary("decline an offer; as a shop, take one back or refuse an award")
    .argument("<deal>", "the first digits of the offer's or award's id")
    .addOption(new Option("--reason <reason>", "why").choices(declineReasons).default("other"))
    .option("--note <text>", "for the other side to read")
    .addOption(roleOption())
    .addHelpText(
      "after",
      examples(
        "decline 31f562bc --reason price",
        'decline 31f562bc --as seller --reason out-of-stock --note "Sold an hour ago."',
      ),
    )
    .action((deal: string, flags: Flags) => act((context) => decline(deal, flags, context)));

async function decline(name: string, { as, reason, note }: Flags, context: Context): Promise<ExitCode> {
  if (as === "buyer") {
    await using wallet = await openExistingWallet(context);
    const { cast, offer } = pickOffered(wallet.buyer, name);
    await cast.decline(offer, reason, note);
    context.print.say({ event: "declined", offer: offer.id, reason }, "declined");
    return exitCodes.done;
  }
  await using shop = await openExistingShop(as, context);
  const { seller } = shop;
  const deal = pickDeal(seller.deals(), name);
  const after = await seller.decline(deal, { decline: reason, ...(note !== undefined && { note }) });
  await seller.settled();
  context.print.say({ event: "declined", ...dealRecord(after) }, `declined ${dealLine(after)}`);
  return exitCodes.done;
}
