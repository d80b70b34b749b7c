/** The three shops of the sample market: their feeds and conditions. */
import { readFileSync } from "node:fs";
import { hour, minute } from "@intentcast/protocol";
import { type Catalogue, openSeller, readFeed, type Seller } from "@intentcast/seller-client";
import { ensureKeys, openJournal } from "../keys.ts";
import type { Context } from "../verbs/verb.ts";

type Shop = {
  /** Its folder in the data folder. */
  readonly role: string;
  readonly name: string;
  readonly feed: string;
  readonly conditions: Omit<Catalogue, "items" | "currency">;
};

const currency = "USD";
const areas = ["iso3166/US"];
const payment = ["card"];

export const shops: readonly Shop[] = [
  {
    role: "cradle-and-co",
    name: "Cradle & Co",
    feed: "cradle-and-co.csv",
    conditions: {
      areas,
      payment,
      delivery: [
        { method: "courier", cost: 900, within: 45 * minute },
        { method: "parcel", cost: 0, within: 48 * hour },
      ],
      tax: { rate: 775, included: false },
    },
  },
  {
    role: "harbour-outdoor",
    name: "Harbour Outdoor",
    feed: "harbour-outdoor.json",
    conditions: {
      areas,
      payment,
      delivery: [{ method: "courier", cost: 1_500, within: hour }],
      tax: { rate: 775, included: true },
    },
  },
  {
    role: "casa-verde",
    name: "Casa Verde",
    feed: "casa-verde.csv",
    conditions: {
      areas,
      payment,
      delivery: [{ method: "courier", cost: 500, freeFrom: 5_000, within: 90 * minute }],
    },
  },
];

export type Storefront = {
  readonly shop: Shop;
  readonly seller: Seller;
  readonly items: number;
} & AsyncDisposable;

/** Opens a shop; resolves when it has read what the relay had stored. */
export async function openStorefront(shop: Shop, relay: string, context: Context): Promise<Storefront> {
  const feed = readFileSync(new URL(`../../feeds/${shop.feed}`, import.meta.url));
  const { items } = readFeed(feed, { currency });
  const { keys } = await ensureKeys(shop.role, context);
  const journal = await openJournal(shop.role, keys, context);
  const seller = await openSeller({ seed: keys.seed, name: shop.name, relays: [relay], journal });
  const answering = seller.answerFromCatalogue({ ...shop.conditions, currency, items }, { paidAtOnce: true });
  await answering.caughtUp;
  await seller.publishProfile({ payment, areas });
  return {
    shop,
    seller,
    items: items.length,
    async [Symbol.asyncDispose]() {
      await seller[Symbol.asyncDispose]();
      await journal[Symbol.asyncDispose]();
    },
  };
}
