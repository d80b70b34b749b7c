/** Reading a product feed: what can be offered from it, and what cannot, by row and reason. */
import { field } from "@intentcast/protocol";
import * as z from "zod/mini";
import { type Item, item } from "../catalogue/catalogue.ts";
import { json } from "./json.ts";
import { shopifyCsv } from "./shopify-csv.ts";
import { decodeText } from "./text.ts";

/**
 * Something that was not read as it stands. `row` is a line of a CSV file or an item of a list, both counted from 1,
 * and 0 is the file as a whole. What is said to be "left out" of an item is missing there; otherwise the row is.
 */
export type Problem = { readonly row: number; readonly column?: string; readonly reason: string };

/** An item as a format read it, not yet checked against the catalogue's schema. */
export type Draft = { readonly row: number; readonly item: { [K in keyof Item]?: unknown } };

export type FeedContext = {
  readonly currency: string;
  /** The shop's address, from which addresses of products are made where a format has only their names. */
  readonly shop?: string;
};

/** One format of feeds. A further format is a further file beside this one and a further line in `formats`. */
export type Format = {
  recognises(text: string): boolean;
  read(text: string, context: FeedContext): { drafts: readonly Draft[]; problems: readonly Problem[] };
};

const formats = { "shopify-csv": shopifyCsv, json } as const satisfies Record<string, Format>;
export type FeedFormat = keyof typeof formats;

export type FeedOptions = FeedContext & {
  /** Absent: recognised from the content. */
  readonly format?: FeedFormat;
};

export type Feed = {
  /** Absent when the content was none that can be read; `problems` says so. */
  readonly format?: FeedFormat;
  readonly items: readonly Item[];
  /** In order of rows. */
  readonly problems: readonly Problem[];
};

/**
 * Reads a feed as far as it can be read: Shopify's CSV export of products, or a JSON list of items. A row that cannot
 * be offered from is reported in `problems`, and the rest is served. Throws a TypeError when `currency` is not an
 * ISO 4217 code, and on nothing that stands in the feed.
 *
 * @example
 * const { items, problems } = readFeed(await readFile("products.csv"), { currency: "USD" });
 */
export function readFeed(source: string | Uint8Array, options: FeedOptions): Feed {
  if (!z.safeParse(field.currency, options.currency).success) {
    throw new TypeError(`not an ISO 4217 code: ${options.currency}`);
  }
  const text = decodeText(source);
  const format = options.format ?? recognise(text);
  if (format === undefined) {
    const known = Object.keys(formats).join(", ");
    return { items: [], problems: [{ row: 0, reason: `in none of the formats that can be read: ${known}` }] };
  }
  const { drafts, problems } = formats[format].read(text, options);
  const checked = checkDrafts(drafts);
  return {
    format,
    items: checked.items,
    problems: [...problems, ...checked.problems].sort((a, b) => a.row - b.row),
  };
}

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
      problems.push({ row, column: String(issue?.path.join(".")), reason: issue?.message ?? "invalid" });
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
