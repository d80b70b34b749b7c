/** `intentcast counter`: asks a seller for another offer. */
import { type Body, type Change, equalBytes, parseAmount } from "@intentcast/protocol";
import { Option } from "commander";
import { type ExitCode, exitCodes, usage } from "../failure.ts";
import { pickOffered } from "../pick.ts";
import { offerLine } from "../show/offer.ts";
import { systemClock } from "../system.ts";
import { openExistingWallet, waitingFor } from "../wallet.ts";
import type { Context, Verb } from "./verb.ts";
import { deliveryMethods, span } from "./wish.ts";

type Flags = {
  total?: string;
  delivery?: Body<"counter">["change"]["delivery"];
  within?: string;
  note?: string;
  wait: string;
};

export const counterVerb: Verb = (program, act) =>
  void program
    .command("counter")
    .summary("ask a seller for another offer")
    .description(
      "Tells one seller what would have to change, and waits for another offer. The one that stands stays firm.",
    )
    .argument("<offer>", "the first digits of the offer's id")
    .option("--total <price>", "the total that you would pay, in the offer's currency")
    .addOption(new Option("--delivery <method>", "how it should reach you").choices(deliveryMethods))
    .option("--within <span>", "delivered within 90s, 15min, 2h, 3d")
    .option("--note <text>", "for the seller to read")
    .option("--wait <span>", "how long to wait for the answer", "10s")
    .addHelpText("after", "\nExample:\n  intentcast counter 31f562bc --total 120")
    .action((offer: string, flags: Flags) => act((context) => counter(offer, flags, context)));

async function counter(name: string, flags: Flags, context: Context): Promise<ExitCode> {
  const { print } = context;
  const waitSeconds = span(flags.wait, "wait");
  await using wallet = await openExistingWallet(context);
  const { cast, offer } = pickOffered(wallet.buyer, name);
  const { note } = flags;
  await cast.counter(offer, changeOf(flags, offer.body.currency), note === undefined ? {} : { note });
  print.say({ event: "countered", offer: offer.id }, "the seller has been asked");
  const asked = () =>
    cast.deals().find(({ seller }) => seller !== undefined && equalBytes(seller, offer.author));
  const counterId = asked()?.counter?.id;
  for await (const next of cast.offers({ signal: waitingFor(context, waitSeconds) })) {
    if (counterId === undefined || !equalBytes(next.offer.body.prev, counterId)) continue;
    print.say({ event: "offer", offer: next.offer.id, body: next.offer.body }, offerLine(next.offer));
    return exitCodes.done;
  }
  const declined = asked()?.phase === "declined";
  print.tell(declined ? "the seller declines." : "no answer yet; look again with: intentcast offers");
  return exitCodes.nothingCame;
}

function changeOf({ total, delivery, within }: Flags, currency: string): Change {
  const amount = total === undefined ? undefined : parseAmount(total, currency);
  if (total !== undefined && amount === undefined)
    throw usage(`--total takes a price in ${currency}; got ${total}`);
  return {
    ...(amount !== undefined && { total: amount }),
    ...(delivery && { delivery }),
    ...(within && { deliveredUntil: systemClock() + span(within, "within") }),
  };
}
