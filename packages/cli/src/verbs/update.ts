/** `intentcast update`: says where an order stands. */
import { type OrderStatus, statuses } from "@intentcast/protocol";
import { type ExitCode, exitCodes, Failure, usage } from "../failure.ts";
import { pickDeal, pickOffered } from "../pick.ts";
import { openExistingShop } from "../shopkeeper.ts";
import { dealLine, dealRecord } from "../show/offer.ts";
import { openExistingWallet } from "../wallet.ts";
import { examples } from "./examples.ts";
import { roleOption } from "./role.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { as: string; carrier?: string; number?: string; url?: string; note?: string };

/** "in-transit" for OrderInTransit. */
const words = new Map(
  statuses.map((status) => [
    status
      .replace(/^Order/, "")
      .replace(/(?!^)([A-Z])/g, "-$1")
      .toLowerCase(),
    status,
  ]),
);

export const updateVerb: Verb = (program, act) =>
  void program
    .command("update")
    .summary("say where an order stands; as a buyer, report a problem or ask for a return")
    .argument("<order>", "the order's number, or the first digits of its id")
    .argument("<status>", [...words.keys()].join(", "))
    .addOption(roleOption("seller"))
    .option("--carrier <name>", "with --number, by whom it is on its way")
    .option("--number <text>", "the carrier's number for it")
    .option("--url <address>", "where to follow it")
    .option("--note <text>", "for the other side to read")
    .addHelpText(
      "after",
      examples(
        'update C-1001 in-transit --carrier "Bay Couriers" --number "BC 77"',
        'update C-1001 problem --as buyer --note "One is cracked."',
      ),
    )
    .action((order: string, status: string, flags: Flags) =>
      act((context) => update(order, status, flags, context)),
    );

async function update(name: string, word: string, flags: Flags, context: Context): Promise<ExitCode> {
  const status = words.get(word);
  if (status === undefined) throw usage(`${word} is no status; there are: ${[...words.keys()].join(", ")}`);
  return flags.as === "buyer" ? report(name, status, flags, context) : inform(name, status, flags, context);
}

async function report(
  name: string,
  status: OrderStatus,
  { note }: Flags,
  context: Context,
): Promise<ExitCode> {
  await using wallet = await openExistingWallet(context);
  const { cast, deal } = pickOffered(wallet.buyer, name);
  const purchase = cast.purchases().find((one) => one.deal.award === deal.award);
  if (purchase === undefined) throw new Failure(`${name} has not been awarded`);
  await purchase.report(status, note);
  context.print.say({ event: "reported", status, ...dealRecord(purchase.deal) }, dealLine(purchase.deal));
  return exitCodes.done;
}

async function inform(name: string, status: OrderStatus, flags: Flags, context: Context): Promise<ExitCode> {
  const { carrier, number, url, note, as } = flags;
  if ((carrier === undefined) !== (number === undefined)) throw usage("--carrier and --number go together");
  await using shop = await openExistingShop(as, context);
  const after = await shop.seller.update(pickDeal(shop.seller.deals(), name), {
    status,
    ...(carrier && number && { tracking: { carrier, number, ...(url && { url }) } }),
    ...(note && { note }),
  });
  await shop.seller.settled();
  context.print.say({ event: "updated", ...dealRecord(after) }, dealLine(after));
  return exitCodes.done;
}
