/** `intentcast award`: takes an offer as it stands, and waits for the seller's order. */
import type { Purchase } from "@intentcast/buyer-client";
import { type Address, type Disclosure, IntentcastError, shortHex } from "@intentcast/protocol";
import { type ExitCode, exitCodes, usage } from "../failure.ts";
import { pickOffered } from "../pick.ts";
import { dealLine, dealRecord } from "../show/offer.ts";
import { plain } from "../show/text.ts";
import { openExistingWallet, waitingFor } from "../wallet.ts";
import { examples } from "./examples.ts";
import { saveBundle } from "./orders.ts";
import type { Context, Verb } from "./verb.ts";
import { span } from "./wish.ts";

type Flags = {
  name?: string;
  email?: string;
  telephone?: string;
  street?: string;
  city?: string;
  region?: string;
  postalCode?: string;
  country?: string;
  instructions?: string;
  payment?: string;
  note?: string;
  bundle?: string;
  wait: string;
};

export const awardVerb: Verb = (program, act) =>
  void program
    .command("award")
    .summary("take an offer; disclose to its seller what they need")
    .description(
      "Takes an offer as it stands, durably before anything is sent, and waits for the seller's order. What you disclose " +
        "here goes to that seller alone, encrypted; nobody has seen any of it before.",
    )
    .argument("<offer>", "the first digits of the offer's id")
    .option("--name <name>")
    .option("--email <address>")
    .option("--telephone <number>")
    .option("--street <line>", "with --city and --country, where to deliver")
    .option("--city <name>")
    .option("--region <name>")
    .option("--postal-code <code>")
    .option("--country <code>", "ISO 3166-1, such as US")
    .option("--instructions <text>", "for the delivery")
    .option("--payment <method>", "one that the offer names, such as card")
    .option("--note <text>")
    .option("--bundle <file>", "write the deal bundle there when the order has come")
    .option("--wait <span>", "how long to wait for the order", "30s")
    .addHelpText(
      "after",
      examples(
        'award 31f562bc --name "Ada Byrne" --street "12 Harbor Street" --city "San Diego" --country US',
        "award 31f562bc --payment card --bundle deal.cbor",
      ),
    )
    .action((offer: string, flags: Flags) => act((context) => award(offer, flags, context)));

async function award(beginning: string, flags: Flags, context: Context): Promise<ExitCode> {
  const { print } = context;
  const waitSeconds = span(flags.wait, "wait");
  const disclosure = disclosureOf(flags);
  const { payment, note } = flags;
  await using wallet = await openExistingWallet(context);
  const { cast, offer } = pickOffered(wallet.buyer, beginning);
  const purchase = await cast.award(offer, {
    ...(disclosure && { disclosure }),
    ...(payment && { payment }),
    ...(note && { note }),
  });
  print.tell("awarded; waiting for the order");
  const outcome = await outcomeOf(purchase, waitingFor(context, waitSeconds));
  if (outcome === "declined") return tellOfDecline(purchase, context);
  if (outcome === "waiting") {
    print.tell("no order yet. The award stands and will be sent on; look again with: intentcast orders");
    return exitCodes.nothingCame;
  }
  print.say({ event: "ordered", ...dealRecord(purchase.deal) }, dealLine(purchase.deal));
  if (flags.bundle !== undefined) await saveBundle(purchase, flags.bundle, context);
  return exitCodes.done;
}

/** What has come of the award when the time is up, or before. */
async function outcomeOf(
  purchase: Purchase,
  signal: AbortSignal,
): Promise<"ordered" | "declined" | "waiting"> {
  try {
    await purchase.ordered({ signal });
    return "ordered";
  } catch (error) {
    if (signal.aborted && error === signal.reason) return "waiting";
    if (error instanceof IntentcastError && error.code === "deal-over") return "declined";
    throw error;
  }
}

function tellOfDecline({ deal }: Purchase, { print }: Context): ExitCode {
  const { reason, note } = deal.messages.findLast((one) => one.kind === "decline")?.body ?? {};
  const why = `${reason ?? deal.phase}${note === undefined ? "" : `: ${plain(note)}`}`;
  const record = { event: "declined", ...dealRecord(deal), reason, ...(note !== undefined && { note }) };
  print.say(record, `the seller does not take the award (${why}); nothing is bought`);
  print.tell(`take another offer: intentcast offers ${shortHex(deal.intent.id)}`);
  return exitCodes.refused;
}

function disclosureOf(flags: Flags): Disclosure | undefined {
  const { name, email, telephone, instructions } = flags;
  const address = addressOf(flags);
  const disclosure = {
    ...(name && { name }),
    ...(email && { email }),
    ...(telephone && { telephone }),
    ...(address && { address }),
    ...(instructions && { instructions }),
  };
  return Object.keys(disclosure).length === 0 ? undefined : disclosure;
}

function addressOf({ street, city, region, postalCode, country }: Flags): Address | undefined {
  if ([street, city, region, postalCode, country].every((part) => part === undefined)) return undefined;
  if (!street || !city || !country) throw usage("an address needs --street, --city and --country");
  return {
    streetAddress: street,
    addressLocality: city,
    ...(region && { addressRegion: region }),
    ...(postalCode && { postalCode }),
    addressCountry: country,
  };
}
