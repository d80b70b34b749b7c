/** A shop's conditions as flags say them: ways of delivery, areas, tax. */

import { field, parseAmount, parseHex } from "@intentcast/protocol";
import type { Catalogue, DeliveryOption, Item, StockCount } from "@intentcast/seller-client";
import { Option } from "commander";
import { usage } from "./failure.ts";
import { parseLanguage } from "./language.ts";
import { repeatable } from "./repeatable.ts";
import { parseSpan } from "./show/time.ts";
import { placePath } from "./verbs/wish.ts";

export type ShopFlags = {
  deliver?: string[];
  area?: string[];
  payment?: string[];
  tax?: string;
  accept?: string[];
  language?: string[];
  counts?: StockCount;
};

export const shopOptions = (): readonly Option[] => [
  repeatable(
    "--deliver <way>",
    "a way of delivery with its cost and time: pickup, parcel=4.99:3d, courier=9:2h",
  ),
  repeatable(
    "--area <place>",
    "a place served: a path, or an ISO 3166 code such as US-CA; without: everywhere",
  ),
  repeatable("--payment <method>", "a way to pay, such as card"),
  new Option("--tax <percent>", "tax to add on goods and delivery, such as 8.25; without: prices are final"),
  repeatable(
    "--language <tag>",
    "a language in which the feed is written, the main one first: de, pt-BR; without: en",
    { parse: parseLanguage },
  ),
  new Option(
    "--counts <what>",
    "what the feed's stock counts: what lies on the shelf, orders that have not left included; or what is unsold, as orders are taken off it at once",
  ).choices(["shelf", "unsold"]),
  repeatable("--accept <sha256>", "buyers' terms that you accept, by the SHA-256 of their text"),
];

export const catalogueOf = (items: readonly Item[], flags: ShopFlags, currency: string): Catalogue => ({
  currency,
  items,
  ...(flags.deliver && { delivery: flags.deliver.map((way) => readDelivery(way, currency)) }),
  ...(flags.counts && { counts: flags.counts }),
  ...(flags.language && { languages: flags.language }),
  ...(flags.area && { areas: flags.area.map(placePath) }),
  ...(flags.payment && { payment: flags.payment }),
  ...(flags.tax && { tax: { rate: readPercent(flags.tax), included: false } }),
  ...(flags.accept && { terms: flags.accept.map(readHash) }),
});

/** "courier=9.00:2h": the method, its cost, and how long it takes at most. */
function readDelivery(way: string, currency: string): DeliveryOption {
  const match = /^([a-z]+)(?:=([\d.]+))?(?::(\w+))?$/.exec(way);
  const method = field.deliveryMethod.safeParse(match?.[1]);
  const cost = parseAmount(match?.[2] ?? "0", currency);
  const within = match?.[3] === undefined ? undefined : parseSpan(match[3]);
  const isTimed = match?.[3] === undefined || within !== undefined;
  if (match === null || !method.success || cost === undefined || !isTimed) {
    throw usage(`--deliver takes a method with its cost and time, such as parcel=4.99:3d; got ${way}`);
  }
  return { method: method.data, cost, ...(within !== undefined && { within }) };
}

/** Hundredths of a percent of "8.25". */
function readPercent(text: string): number {
  const match = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null)
    throw usage(`--tax takes a percentage with at most two decimals, such as 8.25; got ${text}`);
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

function readHash(text: string): Uint8Array {
  const hash = parseHex(text.toLowerCase());
  if (hash?.length !== 32) throw usage(`--accept takes a SHA-256 as 64 hex digits; got ${text}`);
  return hash;
}
