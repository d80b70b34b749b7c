/** `intentcast sell`: a storefront that answers by itself, from a product feed. */
import type { FeedFormat } from "@intentcast/seller-client";
import { type ShopFlags, shopOptions } from "../shop.ts";
import type { Verb } from "./verb.ts";

export type SellFlags = ShopFlags & {
  feed?: string;
  format?: FeedFormat;
  every?: string;
  name?: string;
  domain?: string;
  floor?: string;
  paidAtOnce?: boolean;
  explain?: boolean;
  as: string;
};

const examples = `
Examples:
  intentcast sell --feed products.csv --name "My Shop" --deliver courier=9:2h --deliver pickup --area US-CA
  intentcast sell --feed https://shop.example/google.xml --every 5min --currency EUR --deliver parcel=4.99:3d --explain`;

export const sellVerb: Verb = (program, act) => {
  const command = program
    .command("sell")
    .summary("answer intents from a product feed")
    .description(
      "Reads a product feed and answers every intent that it can serve with a firm, sealed offer; confirms awards with " +
        "orders; keeps stock. Reads the feed again when it changes. Runs until Ctrl-C, and goes on where it stopped.",
    )
    .option(
      "--feed <source>",
      "a file or an http(s) address: Shopify's or WooCommerce's CSV, Google Merchant's XML, JSON-LD, JSON",
    )
    .option("--format <name>", "the feed's format (without: recognised)")
    .option("--every <span>", "how often to look for changes (default: 30s for a file, 10min for an address)")
    .option("--name <name>", "the shop's name, as buyers see it (default: the feed's)")
    .option("--domain <name>", "the shop's domain");
  for (const option of shopOptions()) command.addOption(option);
  command
    .option("--floor <share>", "accept a counter-offer down to this share of your price, such as 0.9")
    .option("--paid-at-once", "issue the receipt with the order, for what is paid on the spot")
    .option("--explain", "say of each intent which items came near, and why each was offered or was not")
    .option("--as <role>", "the folder, in the data folder, of this shop's key and journal", "seller")
    .addHelpText("after", examples)
    .action((flags: SellFlags) =>
      act(async (context) => (await import("./sell-run.ts")).sell(flags, context)),
    );
};
