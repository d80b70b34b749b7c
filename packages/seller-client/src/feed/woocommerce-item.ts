/** An item of a row of a WooCommerce export, and of its parent's where it is a variation. */
import { measure, optionAttribute } from "./attribute.ts";
import { readAvailability } from "./availability.ts";
import { breadcrumb } from "./category.ts";
import { type DraftItem, draftItem } from "./draft.ts";
import type { FeedContext } from "./feed.ts";
import { gtinOf } from "./identifier.ts";
import { readPrice } from "./price.ts";
import type { Say } from "./problem.ts";
import { priceNow } from "./sale.ts";
import { type Cells, listOf, namesOf } from "./woocommerce-row.ts";

const gtinColumn = "GTIN, UPC, EAN, or ISBN";
type Option = { readonly name: string; readonly values: readonly string[] };

/** Which columns of a file hold attributes and measures, wherever they stand. */
export type Layout = {
  /** Numbers in "Attribute 1 name". */
  readonly attributes: readonly string[];
  /** "Weight (kg)": the shop's unit stands in the name of the column. */
  readonly measures: readonly { readonly column: string; readonly name: string; readonly unit: string }[];
};

/** Nothing, after saying why, where the row cannot be offered from. */
export function woocommerceItem(
  own: Cells,
  parent: Cells | undefined,
  layout: Layout,
  context: FeedContext,
  say: Say,
): DraftItem | undefined {
  const cell: Cells = (column) => own(column) ?? parent?.(column);
  const [sku] = namesOf(own);
  if (sku === undefined) return say("SKU", "empty, and so is ID");
  const price = priceOf(own, context, say);
  const stock = stockOf(own, parent, say);
  if (price === undefined || stock === undefined) return undefined;
  const options = optionsOf(own, layout).filter(({ values }) => values.length === 1);
  const shared = parent === undefined ? [] : optionsOf(parent, layout);
  const group = parent === undefined ? undefined : namesOf(parent)[0];
  return draftItem({
    sku,
    name: parent === undefined ? own("Name") : nameOf(own("Name"), parent("Name"), options),
    price,
    available: stock.available,
    description: (cell("Description") ?? cell("Short description"))?.replaceAll("\\n", "\n"),
    brand: cell("Brands"),
    gtin: gtinOf(own(gtinColumn), gtinColumn, say),
    attributes: [
      // Where a product names several values, its variations are what has one of them each.
      ...[...options, ...shared.filter(({ values }) => values.length === 1)].flatMap(({ name, values }) =>
        optionAttribute(name, values[0]),
      ),
      ...layout.measures.flatMap(({ column, name, unit }) => measure(name, cell(column), unit)),
    ],
    words: [...listOf(cell("Categories")).flatMap(breadcrumb), ...listOf(cell("Tags"))],
    group,
    sharedStock: own("Stock") === "parent" && stock.available !== undefined ? group : undefined,
  });
}

function priceOf(cell: Cells, context: FeedContext, say: Say): number | undefined {
  const text = cell("Regular price");
  if (text === undefined) return say("Regular price", "empty");
  const regular = readPrice(text, context.currency, "Regular price", say);
  if (regular === undefined) return undefined;
  const at = (column: string) => ({ column, text: cell(column) });
  const [from, until] = [at("Date sale price starts"), at("Date sale price ends")];
  return priceNow({ regular, price: at("Sale price"), from, until }, context, say);
}

const stockWords: ReadonlyMap<string, string> = new Map([
  ["1", "in stock"],
  ["0", "out of stock"],
]);

/** "parent" stands for stock that is counted for all variations together. */
function stockOf(own: Cells, parent: Cells | undefined, say: Say): { available?: number } | undefined {
  const word = own("In stock?");
  const known = word === undefined ? undefined : (stockWords.get(word) ?? word);
  const counted = own("Stock") === "parent" ? parent?.("Stock") : own("Stock");
  return readAvailability(known, counted, { word: "In stock?", pieces: "Stock" }, say);
}

function optionsOf(cell: Cells, { attributes }: Layout): Option[] {
  return attributes.flatMap((number) => {
    const name = cell(`Attribute ${number} name`);
    const values = listOf(cell(`Attribute ${number} value(s)`));
    return name === undefined || values.length === 0 ? [] : [{ name: name.replace(/^pa_/, ""), values }];
  });
}

/** Names of variations hold their options already, but where the shop has it otherwise. */
function nameOf(own: string | undefined, parents: string | undefined, options: readonly Option[]) {
  if (own !== undefined && own !== parents) return own;
  return [parents, ...options.flatMap(({ values }) => values)]
    .filter((part) => part !== undefined)
    .join(", ");
}

export function layoutOf(header: ReadonlySet<string>): Layout {
  const names = [...header].map((column) => ({ column, words: column.split(" ") }));
  const attributes = names.flatMap(({ words: [word, number = "", name, more] }) =>
    word === "attribute" && name === "name" && more === undefined ? [number] : [],
  );
  const measures = names.flatMap(({ column, words: [name = "", unit = ""] }) => {
    const isMeasure = ["weight", "length", "width", "height"].includes(name) && unit.startsWith("(");
    return isMeasure ? [{ column, name, unit: unit.slice(1, -1) }] : [];
  });
  // An item holds 32 attributes.
  return { attributes: attributes.slice(0, 64), measures };
}
