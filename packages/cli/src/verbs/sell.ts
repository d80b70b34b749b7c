/** `intentcast sell`: a storefront that answers by itself, from a product feed. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { formatMoney, shortHex } from "@intentcast/protocol";
import { type Feed, type FeedFormat, openSeller, readFeed } from "@intentcast/seller-client";
import { type ExitCode, exitCodes, Failure, usage } from "../failure.ts";
import { ensureKeyFile } from "../key-file.ts";
import { catalogueOf, type ShopFlags, shopOptions } from "../shop.ts";
import { dealLine, dealRecord } from "../show/offer.ts";
import { plain } from "../show/text.ts";
import { untilInterrupted } from "../terminal.ts";
import { keyFileOf } from "./keygen.ts";
import type { Context, Verb } from "./verb.ts";
import { wishLine } from "./watch.ts";

type Flags = ShopFlags & {
  feed: string;
  format?: FeedFormat;
  name?: string;
  domain?: string;
  floor?: string;
  paidAtOnce?: true;
  explain?: true;
  as: string;
};

const examples = `
Examples:
  intentcast sell --feed products.csv --name "My Shop" --deliver courier=9:2h --deliver pickup --area US-CA
  intentcast sell --feed products.json --currency EUR --deliver parcel=4.99:3d --payment card --explain`;

export const sellVerb: Verb = (program, act) => {
  const command = program
    .command("sell")
    .summary("answer intents from a product feed")
    .description(
      "Reads a product feed and answers every intent that it can serve with a firm, sealed offer; confirms awards with " +
        "orders; keeps stock. Runs until Ctrl-C, and goes on where it stopped.",
    )
    .requiredOption("--feed <file>", "the feed: Shopify's CSV export, or a JSON list of items")
    .option("--format <name>", "the feed's format (without: recognised)")
    .option("--name <name>", "the shop's name, as buyers see it (default: the feed's)")
    .option("--domain <name>", "the shop's domain");
  for (const option of shopOptions()) command.addOption(option);
  command
    .option("--floor <share>", "accept a counter-offer down to this share of your price, such as 0.9")
    .option("--paid-at-once", "issue the receipt with the order, for what is paid on the spot")
    .option("--explain", "say why an intent was not answered")
    .option("--as <role>", "the folder, in the data folder, of this shop's key and journal", "seller")
    .addHelpText("after", examples)
    .action((flags: Flags) => act((context) => sell(flags, context)));
};

async function sell(flags: Flags, context: Context): Promise<ExitCode> {
  const { print, settings, terminal } = context;
  const feed = await loadFeed(flags, context);
  const catalogue = catalogueOf(feed.items, flags, settings.currency);
  const { seed, made } = await ensureKeyFile(keyFileOf(settings.data, flags.as));
  if (made)
    print.tell(
      `made an identity in ${settings.data}; for its paper backup run: intentcast keygen --seller --show`,
    );
  const name = flags.name ?? basename(flags.feed).replace(/\.[^.]*$/, "");

  await using journal = sqliteJournal(join(settings.data, flags.as, "journal.sqlite"));
  await using seller = await openSeller({
    seed,
    name,
    relays: settings.relays,
    journal,
    ...(flags.domain && { domain: flags.domain }),
    log: (level, event, facts) => {
      if (event === "offered") print.say({ event, ...facts }, offeredLine(facts));
      else if (level !== "info") print.tell(`${level}: ${event} ${JSON.stringify(facts)}`);
    },
  });
  print.say(
    { event: "open", did: seller.did, items: feed.items.length },
    `${name} is open as ${seller.did}; Ctrl-C closes it`,
  );
  await using _ = seller.answerFromCatalogue(catalogue, {
    floor: readFloor(flags.floor),
    paidAtOnce: flags.paidAtOnce ?? false,
    onMessage: (deal, message) =>
      print.say({ event: message.kind, ...dealRecord(deal) }, `${message.kind} ${dealLine(deal)}`),
    ...(flags.explain && {
      onNoOffer: (intent, { misses }) =>
        print.say(
          { event: "no-offer", thread: intent.id, misses },
          [
            `no offer for ${shortHex(intent.id)} ${wishLine(intent)}:`,
            ...misses.map(({ detail }) => `  ${plain(detail)}`),
          ].join("\n"),
        ),
    }),
  });
  await seller.publishProfile(profileOf(flags));
  await untilInterrupted(terminal);
  return exitCodes.done;
}

async function loadFeed(
  { feed: file, format }: Flags,
  { print, settings, terminal }: Context,
): Promise<Feed> {
  const bytes = await readFile(resolve(terminal.folder, file));
  const feed = readFeed(bytes, { currency: settings.currency, ...(format && { format }) });
  for (const { row, column, reason } of feed.problems) {
    print.tell(`  ${file}:${row}${column === undefined ? "" : ` ${column}`}: ${plain(reason)}`);
  }
  if (feed.items.length === 0)
    throw new Failure(`${file}: nothing in it can be offered; the reasons stand above.`);
  print.tell(
    `${file}: ${feed.items.length} items can be offered, ${feed.problems.length} rows have problems`,
  );
  return feed;
}

function readFloor(text = "1"): number {
  const floor = Number(text);
  if (!(floor >= 0 && floor <= 1)) throw usage(`--floor takes a share from 0 to 1; got ${text}`);
  return floor;
}

const offeredLine = ({ thread, total, currency }: Readonly<Record<string, string | number>>): string =>
  `offered ${formatMoney(Number(total), String(currency))} for ${thread}`;

const profileOf = ({ domain, payment }: Flags) => ({
  ...(domain && { domains: [domain] }),
  ...(payment && { payment }),
  capabilities: ["counter", "note"],
});
