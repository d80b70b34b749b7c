/** `intentcast note`: writes to the other side of a deal, or shows what has been written. */
import { type Deal, equalBytes } from "@intentcast/protocol";
import { type ExitCode, exitCodes } from "../failure.ts";
import { pickDeal, pickOffered } from "../pick.ts";
import { openExistingShop } from "../shopkeeper.ts";
import { plain } from "../show/text.ts";
import { formatTime } from "../show/time.ts";
import { openExistingWallet } from "../wallet.ts";
import { examples } from "./examples.ts";
import { roleOption } from "./role.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { as: string };

export const noteVerb: Verb = (program, act) =>
  void program
    .command("note")
    .summary("write to the other side of a deal; without a text, show what has been written")
    .argument("<deal>", "the order's number, or the first digits of the offer's or order's id")
    .argument("[text]", "what to write")
    .addOption(roleOption())
    .addHelpText("after", examples('note C-1001 "Please ring twice."', "note C-1001 --as seller"))
    .action((deal: string, text: string | undefined, flags: Flags) =>
      act((context) => note(deal, text, flags, context)),
    );

async function note(
  name: string,
  text: string | undefined,
  { as }: Flags,
  context: Context,
): Promise<ExitCode> {
  showNotes(
    as === "buyer" ? await asBuyer(name, text, context) : await asShop(as, name, text, context),
    context,
  );
  return exitCodes.done;
}

async function asBuyer(name: string, text: string | undefined, context: Context): Promise<Deal> {
  await using wallet = await openExistingWallet(context);
  const { cast, deal, offer } = pickOffered(wallet.buyer, name);
  if (text !== undefined) await cast.note(offer, text);
  return cast.deals().find(({ offer: one }) => one !== undefined && equalBytes(one.id, offer.id)) ?? deal;
}

async function asShop(role: string, name: string, text: string | undefined, context: Context): Promise<Deal> {
  await using shop = await openExistingShop(role, context);
  const deal = pickDeal(shop.seller.deals(), name);
  if (text === undefined) return deal;
  const after = await shop.seller.note(deal, text);
  await shop.seller.settled();
  return after;
}

function showNotes({ intent, messages }: Deal, { print }: Context): void {
  for (const message of messages) {
    if (message.kind !== "note") continue;
    const who = equalBytes(message.author, intent.author) ? "buyer" : "seller";
    const { issued, text } = message.body;
    print.say(
      { event: "note", id: message.id, who, issued, text },
      `${formatTime(issued)}  ${who}: ${plain(text)}`,
    );
  }
}
