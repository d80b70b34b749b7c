/** What a shop sells and on which conditions: all that an offer is made from. */
import { field, gtinIsValid, type Seconds, type UnixSeconds } from "@intentcast/protocol";
import * as z from "zod/mini";

const { amount, condition, deliveryMethod, gtin, integer, label, link, list, optional, path, prose, record } =
  field;

/** What an item is like in one respect; an integer is value × 10^−scale in the unit (UN/CEFACT Rec 20). */
export const attribute = record({
  attribute: field.token,
  value: z.union([z.int(), label(), z.boolean()]),
  scale: optional(integer(1, 9)),
  unit: optional(field.unit),
});
export type Attribute = z.infer<typeof attribute>;

/** A trillion minor units: a price above this is a mistake in a feed, and sums of prices below it stay exact. */
const highestPrice = 1_000_000_000_000;

export const item = record({
  /** Names the item in this catalogue. */
  sku: label(70),
  name: label(),
  description: optional(prose(2000)),
  brand: optional(label(70)),
  /** A path, such as `shopify/bt/6/3/2`; the finer, the better it is found. */
  category: optional(path),
  gtin: optional(gtin.check(z.refine((digits) => gtinIsValid(digits).ok, "a GTIN with its check digit"))),
  mpn: optional(label(70)),
  /** Absent: new. */
  condition: optional(condition),
  /** For one piece, in minor units of the catalogue's currency. */
  price: amount.check(z.lte(highestPrice)),
  /** Pieces in stock; absent: as many as anybody asks for. */
  available: optional(integer(0, 1_000_000_000)),
  /** Items that name the same here share their stock: `available` counts the same pieces for each of them. */
  sharedStock: optional(label(255)),
  attributes: optional(list(attribute, 32)),
  /** Tags and other words by which the item is found, beside its name. */
  words: optional(list(label(), 64)),
  url: optional(link),
  /** The variants of one product share it. */
  group: optional(label(255)),
});

/** One thing that can be bought: of a product with variants, one variant. */
export type Item = z.infer<typeof item>;

/** One way in which the shop delivers. */
export type DeliveryOption = {
  readonly method: z.infer<typeof deliveryMethod>;
  /** Minor units for the whole order. */
  readonly cost: number;
  /** From this sum of goods on, in minor units, delivery costs nothing. */
  readonly freeFrom?: number;
  /** After the award, at the latest. Absent: the offer promises no time. */
  readonly within?: Seconds;
  /** Paths of the places served this way. Absent: those that the catalogue serves. */
  readonly areas?: readonly string[];
  /** Where to fetch it, for pickup and lockers. */
  readonly place?: string;
};

export type StockCount = "shelf" | "unsold";

/** The items of one shop and the conditions on which it sells them. */
export type Catalogue = {
  /** ISO 4217; every price is in it. */
  readonly currency: string;
  readonly items: readonly Item[];
  /** BCP 47: in which languages the items are described, the main one first. Absent: English. */
  readonly languages?: readonly string[];
  /**
   * What the items' `available` counts. `shelf`: what lies in the shop, what is sold and has not left it included.
   * `unsold`: what can still be sold; an order's pieces are taken off it as soon as the order is confirmed, by whoever
   * keeps the shop's books. Absent: `shelf`.
   */
  readonly counts?: StockCount;
  /**
   * As of when the items' `available` is true: when the feed was exported, in Unix seconds. Sales that were settled
   * before, or orders where it counts what is unsold, are taken as counted in it. Absent: the moment at which the catalogue is handed to the seller.
   */
  readonly countedAt?: UnixSeconds;
  /** Cheapest that suits is offered. Absent: offers say nothing of delivery, and intents that ask for it get none. */
  readonly delivery?: readonly DeliveryOption[];
  /** Paths of the places served, such as `iso3166/US/CA`. Absent: everywhere. */
  readonly areas?: readonly string[];
  /** Ways to pay, such as `card`. */
  readonly payment?: readonly string[];
  /** `rate` in hundredths of a percent, on goods and delivery. `included`: prices contain it already. */
  readonly tax?: { readonly rate: number; readonly included: boolean };
  /** SHA-256 of each text of buyers' terms that the shop accepts. */
  readonly terms?: readonly Uint8Array[];
  /** For how long an offer is firm, in seconds. Absent: an hour. */
  readonly firmFor?: Seconds;
};
