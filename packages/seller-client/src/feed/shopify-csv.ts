/** Shopify's CSV export of products: a row a variant, what the variants share on the first row of the product. */
import { parseAmount } from "@intentcast/protocol";
import type { Attribute } from "../catalogue/catalogue.ts";
import { optionAttribute, textAttribute } from "./attribute.ts";
import { breadcrumb, categoryOf, wordsOf } from "./category.ts";
import type { Draft } from "./draft.ts";
import type { FeedContext, Format } from "./feed.ts";
import { derivedSku, gtinOf } from "./identifier.ts";
import type { Problem } from "./problem.ts";
import { readTable, type Table, type TableRow } from "./table.ts";
import { oneLine, textOfHtml } from "./text.ts";

/** Our names of the columns, and theirs: those of the older form of the export, then of the present one. */
const columns = {
  handle: ["Handle", "URL handle"],
  title: ["Title"],
  body: ["Body (HTML)", "Description"],
  vendor: ["Vendor"],
  category: ["Product Category", "Product category"],
  type: ["Type"],
  tags: ["Tags"],
  published: ["Published", "Published on online store"],
  status: ["Status"],
  sku: ["Variant SKU", "SKU"],
  grams: ["Variant Grams", "Weight value (grams)"],
  tracker: ["Variant Inventory Tracker", "Inventory tracker"],
  stock: ["Variant Inventory Qty", "Inventory quantity"],
  policy: ["Variant Inventory Policy", "Continue selling when out of stock"],
  price: ["Variant Price", "Price"],
  barcode: ["Variant Barcode", "Barcode"],
  googleCategory: ["Google Shopping / Google Product Category"],
  gender: ["Google Shopping / Gender"],
  ageGroup: ["Google Shopping / Age Group"],
  mpn: ["Google Shopping / MPN"],
  condition: ["Google Shopping / Condition"],
} as const;
type Column = keyof typeof columns;

const optionNumbers = [1, 2, 3] as const;

export const shopifyCsv: Format = {
  recognises(text) {
    const table = readTable(text.slice(0, 20_000), { headerOnly: true });
    return hasColumn(table, "handle") && hasColumn(table, "price");
  },

  read(text, context) {
    const table = readTable(text);
    const missing = (["handle", "title", "price"] as const).filter((column) => !hasColumn(table, column));
    if (missing.length > 0) {
      const reason = `not a product export of Shopify's: no column ${missing.map((one) => columns[one][0]).join(", ")}`;
      return { drafts: [], problems: [{ row: 0, reason }] };
    }
    const drafts: Draft[] = [];
    const problems: Problem[] = [...table.problems];
    const products = new Map<string, Product>();
    for (const row of table.rows) {
      const cell = cellsOf(row);
      if (row.cells.size === 0) continue;
      const handle = cell("handle");
      if (handle === undefined) {
        problems.push({ row: row.line, column: columns.handle[0], reason: "empty" });
        continue;
      }
      const known = products.get(handle);
      const product = known ?? productOf(handle, cell, context);
      if (known === undefined) {
        products.set(handle, product);
        if (product.withheld !== undefined) problems.push({ row: row.line, ...product.withheld });
      }
      if (product.withheld !== undefined || (known !== undefined && !isVariant(cell))) continue;
      const { draft, found } = variantOf(product, cell, context);
      problems.push(...found.map((problem) => ({ row: row.line, ...problem })));
      if (draft !== undefined) drafts.push({ row: row.line, item: draft });
    }
    return { drafts, problems };
  },
};

type Found = Omit<Problem, "row">;
type Cells = (column: Column | `option${1 | 2 | 3}${"Name" | "Value"}`) => string | undefined;

const hasColumn = (table: Table, column: Column): boolean =>
  columns[column].some((name) => table.header.has(name.toLowerCase()));

const cellsOf =
  ({ cells }: TableRow): Cells =>
  (column) => {
    const names = column in columns ? columns[column as Column] : [optionColumn(column)];
    return names.map((name) => cells.get(name.toLowerCase())).find((value) => value !== undefined);
  };

const optionColumn = (column: string): string =>
  `${column[0]?.toUpperCase()}${column.slice(1, 7)} ${column.slice(7)}`;

/** Rows of a product after its first that hold no variant carry a further picture. */
const isVariant = (cell: Cells): boolean =>
  (["option1Value", "option2Value", "option3Value", "sku", "price", "barcode"] as const).some(
    (column) => cell(column) !== undefined,
  );

/** What the variants of a product share. */
type Product = {
  readonly handle: string;
  readonly title: string | undefined;
  readonly shared: Draft["item"];
  readonly attributes: readonly Attribute[];
  readonly optionNames: readonly (string | undefined)[];
  /** Why none of its variants is offered. */
  readonly withheld: Found | undefined;
};

function productOf(handle: string, cell: Cells, { shop }: FeedContext): Product {
  const brand = oneLine(cell("vendor"), 70);
  const description = textOfHtml(cell("body"), 2000);
  const category = categoryOf(cell("category"));
  const words = wordsOf([
    cell("type"),
    ...(cell("tags") ?? "").split(","),
    ...(category === undefined ? breadcrumb(cell("category")) : []),
    ...breadcrumb(cell("googleCategory")),
  ]);
  const attributes: Attribute[] = [
    ...textAttribute("gender", cell("gender")),
    ...textAttribute("age-group", cell("ageGroup")),
  ];
  return {
    handle,
    title: oneLine(cell("title"), 150),
    shared: {
      ...(brand !== undefined && { brand }),
      ...(description !== undefined && { description }),
      ...(category !== undefined && { category }),
      ...(words !== undefined && { words }),
      ...(shop !== undefined && {
        url: new URL(`/products/${encodeURIComponent(handle.toWellFormed())}`, shop).href,
      }),
      ...(oneLine(handle, 255) !== undefined && { group: oneLine(handle, 255) }),
    },
    attributes,
    optionNames: optionNumbers.map((n) => cell(`option${n}Name`)),
    withheld: reasonToWithhold(cell),
  };
}

function reasonToWithhold(cell: Cells): Found | undefined {
  const status = cell("status")?.toLowerCase();
  if (status !== undefined && status !== "active")
    return { column: "Status", reason: `not on sale: ${status}` };
  if (cell("published")?.toLowerCase() === "false") {
    return { column: columns.published[0], reason: "not on sale: not published" };
  }
  return cell("title") === undefined ? { column: "Title", reason: "empty" } : undefined;
}

function variantOf(
  product: Product,
  cell: Cells,
  { currency }: FeedContext,
): { draft?: Draft["item"]; found: Found[] } {
  const price = cell("price");
  if (price === undefined) return { found: [{ column: columns.price[0], reason: "empty" }] };
  const amount = parseAmount(price, currency);
  if (amount === undefined) {
    return { found: [{ column: columns.price[0], reason: `not an amount of ${currency}: ${price}` }] };
  }
  const stock = stockOf(cell);
  if (typeof stock === "object") return { found: [stock] };

  const options = optionNumbers.flatMap((n, i) => {
    const value = oneLine(cell(`option${n}Value`), 200);
    return value === undefined || isDefaultTitle(value) ? [] : [{ name: product.optionNames[i], value }];
  });
  const found: Found[] = [];
  const gtin = gtinOf(withoutApostrophe(cell("barcode")), columns.barcode[0], (column, reason) => {
    found.push({ column, reason });
  });
  const name = oneLine([product.title, ...options.map(({ value }) => value)].join(", "), 200);
  const mpn = oneLine(cell("mpn"), 70);
  const condition = cell("condition")?.toLowerCase();
  const attributes: Attribute[] = [
    ...options.flatMap(({ name, value }) => optionAttribute(name, value)),
    ...product.attributes,
    ...weight(cell("grams")),
  ];
  return {
    draft: {
      ...product.shared,
      sku: skuOf(cell("sku"), product.handle, options),
      name,
      price: amount,
      ...(gtin !== undefined && { gtin }),
      ...(mpn !== undefined && { mpn }),
      ...(condition !== undefined && { condition }),
      ...(stock !== undefined && { available: stock }),
      ...(attributes.length > 0 && { attributes: attributes.slice(0, 32) }),
    },
    found,
  };
}

/** Shopify's one variant of a product that has no variants: option "Title" with the value "Default Title". */
const isDefaultTitle = (value: string): boolean => value === "Default Title";

/** Pieces, or undefined where the shop does not count them, or sells on when none is left. */
function stockOf(cell: Cells): number | undefined | Found {
  const tracked = cell("tracker") !== undefined;
  if (!tracked || cell("policy")?.toLowerCase() === "continue") return undefined;
  const stock = cell("stock");
  if (stock === undefined) {
    return { column: columns.stock[0], reason: "empty, though the stock is tracked" };
  }
  const pieces = /^-?\d{1,9}$/.test(stock) ? Number(stock) : undefined;
  if (pieces === undefined) return { column: columns.stock[0], reason: `not a number of pieces: ${stock}` };
  return Math.max(0, pieces);
}

/** Shopify puts an apostrophe before codes, so that spreadsheets leave them as they are. */
const withoutApostrophe = (text: string | undefined): string | undefined => text?.replace(/^'/, "");

function skuOf(sku: string | undefined, handle: string, options: readonly { value: string }[]): string {
  const own = oneLine(withoutApostrophe(sku), 200);
  if (own !== undefined) return own;
  const derived = [handle, ...options.map(({ value }) => value)].join("/");
  return derivedSku(derived);
}

/** UN/CEFACT Rec 20: GRM is a gram. Exports say 0 where nobody weighed the thing. */
function weight(grams: string | undefined): Attribute[] {
  const value = Math.round(Number(grams ?? 0));
  return Number.isSafeInteger(value) && value > 0 ? [{ attribute: "weight", value, unit: "GRM" }] : [];
}
