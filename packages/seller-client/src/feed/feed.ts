/** Reading a product feed: what can be offered from it, and what cannot, by row and reason. */
import { field, type UnixSeconds } from "@intentcast/protocol";
import * as z from "zod/mini";
import { type Item, item } from "../catalogue/catalogue.ts";
import { decodeText } from "./decode.ts";
import type { Draft } from "./draft.ts";
import { googleMerchant } from "./google-merchant.ts";
import { json } from "./json.ts";
import { jsonLd } from "./json-ld.ts";
import type { Problem } from "./problem.ts";
import { shopifyCsv } from "./shopify-csv.ts";
import { woocommerceCsv } from "./woocommerce-csv.ts";

export type { Problem };

export type FeedContext = {
  readonly currency: string;
  /** The shop's address, from which addresses of products are made where a format has only their names. */
  readonly shop?: string;
  /**
   * When the feed is read. Absent: sales that begin or end at some time do not count and the regular price is taken,
   * and nothing is out of date.
   */
  readonly now?: UnixSeconds;
};

export type Read = {
  readonly drafts: readonly Draft[];
  readonly problems: readonly Problem[];
  /** When the stock was counted, where the feed itself says it. */
  readonly countedAt?: UnixSeconds;
};

/** One format of feeds. A further format is a further file beside this one and a further line in `formats`. */
export type Format = {
  recognises(text: string): boolean;
  read(text: string, context: FeedContext): Read;
};

/** In the order in which they are tried: the last one takes any JSON. */
const formats = {
  "shopify-csv": shopifyCsv,
  "woocommerce-csv": woocommerceCsv,
  "google-merchant": googleMerchant,
  "json-ld": jsonLd,
  json,
} as const satisfies Record<string, Format>;
export type FeedFormat = keyof typeof formats;

export type FeedOptions = FeedContext & {
  /** Absent: recognised from the content. */
  readonly format?: FeedFormat;
};

/** A catalogue of a million items takes less; more than this at once is no shop's feed. */
const mostBytes = 128 * 1024 * 1024;

export type Feed = {
  /** Absent when the content was none that can be read; `problems` says so. */
  readonly format?: FeedFormat;
  readonly items: readonly Item[];
  /** When the stock was counted, in Unix seconds, where the feed itself says it. */
  readonly countedAt?: UnixSeconds;
  /** In order of rows. */
  readonly problems: readonly Problem[];
};

/**
 * Reads a feed as far as it can be read: the CSV exports of Shopify and WooCommerce, Google Merchant feeds (RSS, Atom or
 * tab-separated), schema.org's JSON-LD (alone or in a web page), or a JSON list of items. A row that cannot be offered
 * from is reported in `problems`, and the rest is served. Throws a TypeError when `currency` is not an ISO 4217 code or
 * `shop` no address, and on nothing that stands in the feed.
 *
 * @example
 * const { items, problems } = readFeed(await readFile("products.csv"), { currency: "USD" });
 */
export function readFeed(source: string | Uint8Array, options: FeedOptions): Feed {
  if (!z.safeParse(field.currency, options.currency).success) {
    throw new TypeError(`not an ISO 4217 code: ${options.currency}`);
  }
  if (options.shop !== undefined && !URL.canParse(options.shop)) {
    throw new TypeError(`not an address: ${options.shop}`);
  }
  if (source.length > mostBytes) {
    return { items: [], problems: [{ row: 0, reason: `longer than ${mostBytes} bytes` }] };
  }
  const { text, problem: stray } = decodeText(source);
  const format = options.format ?? recognise(text);
  if (format === undefined) {
    const known = Object.keys(formats).join(", ");
    return { items: [], problems: [{ row: 0, reason: `in none of the formats that can be read: ${known}` }] };
  }
  const { drafts, problems, countedAt } = formats[format].read(text, options);
  const checked = checkDrafts(drafts);
  return {
    format,
    items: checked.items,
    ...(countedAt !== undefined && { countedAt }),
    problems: [...(stray ? [stray] : []), ...problems, ...checked.problems]
      .map(inOneLine)
      .sort((a, b) => a.row - b.row),
  };
}

/** Reasons repeat what stands in the feed, which can be anything, and go to people's terminals. */
const mostReason = 300;
const inOneLine = (problem: Problem): Problem => {
  const line = problem.reason.replace(/\p{Cc}+/gu, " ");
  return { ...problem, reason: line.length > mostReason ? `${line.slice(0, mostReason)}…` : line };
};

const recognise = (text: string): FeedFormat | undefined =>
  (Object.keys(formats) as FeedFormat[]).find((name) => formats[name].recognises(text));

function checkDrafts(drafts: readonly Draft[]): { items: Item[]; problems: Problem[] } {
  const items: Item[] = [];
  const problems: Problem[] = [];
  const rowBySku = new Map<string, number>();
  for (const { row, item: draft } of drafts) {
    const parsed = z.safeParse(item, draft);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      problems.push({ row, column: String(issue?.path.join(".")), reason: reasonOf(issue) });
      continue;
    }
    const earlier = rowBySku.get(parsed.data.sku);
    if (earlier !== undefined) {
      problems.push({ row, column: "sku", reason: `${parsed.data.sku} stands on row ${earlier} already` });
      continue;
    }
    rowBySku.set(parsed.data.sku, row);
    items.push(parsed.data);
  }
  return { items, problems };
}

function reasonOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "invalid_value") return `not one of ${issue.values.join(", ")}`;
  return issue?.message ?? "invalid";
}
