/** An item made of what a feed says of it: texts freed of markup and cut to their bounds, nothing that is empty. */
import type { Attribute, Item } from "../catalogue/catalogue.ts";
import { conditionOf } from "./availability.ts";
import { categoryOf, wordsOf } from "./category.ts";
import { oneLine, plainLine, textOfHtml } from "./text.ts";

/** An item as a format read it, not yet checked against the catalogue's schema. */
export type Draft = { readonly row: number; readonly item: DraftItem };
export type DraftItem = { [K in keyof Item]?: unknown };

/** What a feed says: texts as they stand there, the price in minor units, identifiers already read. */
export type Told = {
  readonly sku: string;
  readonly name: string | undefined;
  readonly price: number;
  readonly available?: number | undefined;
  readonly description?: string | undefined;
  readonly brand?: string | undefined;
  readonly category?: string | undefined;
  readonly gtin?: string | undefined;
  readonly mpn?: string | undefined;
  readonly condition?: string | undefined;
  readonly attributes?: readonly Attribute[];
  readonly words?: readonly (string | undefined)[];
  readonly url?: string | undefined;
  readonly group?: string | undefined;
  readonly sharedStock?: string | undefined;
};

export function draftItem(told: Told): DraftItem {
  const item: DraftItem = {
    sku: oneLine(told.sku, 200),
    name: plainLine(told.name, 200),
    description: textOfHtml(told.description, 2000),
    brand: plainLine(told.brand, 70),
    category: categoryOf(told.category),
    gtin: told.gtin,
    mpn: oneLine(told.mpn, 70),
    condition: conditionOf(told.condition),
    price: told.price,
    available: told.available,
    attributes: distinct(told.attributes ?? []),
    words: wordsOf((told.words ?? []).slice(0, 256).map((word) => plainLine(word, 200))),
    url: told.url,
    group: oneLine(told.group, 255),
    sharedStock: oneLine(told.sharedStock, 255),
  };
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

/** Of two attributes with one name the first counts. */
function distinct(attributes: readonly Attribute[]): Attribute[] | undefined {
  const byName = new Map<string, Attribute>();
  for (const one of attributes) if (!byName.has(one.attribute)) byName.set(one.attribute, one);
  return byName.size === 0 ? undefined : [...byName.values()].slice(0, 32);
}
