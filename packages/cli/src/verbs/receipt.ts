/** `intentcast receipt`: a shop says what was paid. */
import { type ExitCode, exitCodes } from "../failure.ts";
import { pickDeal } from "../pick.ts";
import { openExistingShop } from "../shopkeeper.ts";
import { dealLine, dealRecord } from "../show/offer.ts";
import { examples } from "./examples.ts";
import { roleOption } from "./role.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { as: string; method?: string; reference?: string; note?: string };

export const receiptVerb: Verb = (program, act) =>
  void program
    .command("receipt")
    .summary("as a shop, give the receipt for an order")
    .argument("<order>", "the order's number, or the first digits of its id")
    .addOption(roleOption("seller"))
    .option("--method <word>", "how it was paid, such as card")
    .option("--reference <text>", "the payment's own number")
    .option("--note <text>", "for the buyer to read")
    .addHelpText("after", examples("receipt C-1001 --method card"))
    .action((order: string, flags: Flags) => act((context) => receipt(order, flags, context)));

async function receipt(
  name: string,
  { as, method, reference, note }: Flags,
  context: Context,
): Promise<ExitCode> {
  await using shop = await openExistingShop(as, context);
  const { seller } = shop;
  const after = await seller.receipt(pickDeal(seller.deals(), name), {
    paid: { ...(method && { method }), ...(reference && { reference }) },
    ...(note && { note }),
  });
  await seller.settled();
  context.print.say({ event: "receipt", ...dealRecord(after) }, dealLine(after));
  return exitCodes.done;
}
