/** WooCommerce's own CSV export of products: a row a product, and a row a variation that names its parent. */
import type { Draft } from "./draft.ts";
import type { Format } from "./feed.ts";
import { type Problem, sayAt } from "./problem.ts";
import { readTable, type Table } from "./table.ts";
import { layoutOf, woocommerceItem } from "./woocommerce-item.ts";
import { type Cells, cellsOf, isVariation, namesOf, reasonToWithhold } from "./woocommerce-row.ts";

const hasColumns = ({ header }: Table, ...columns: readonly string[]): boolean =>
  columns.every((column) => header.has(column.toLowerCase()));

export const woocommerceCsv: Format = {
  recognises(text) {
    const table = readTable(text.slice(0, 20_000), { headerOnly: true });
    return hasColumns(table, "Name", "Regular price");
  },

  read(text, context) {
    const table = readTable(text);
    const missing = ["Name", "Regular price"].filter((column) => !hasColumns(table, column));
    if (!hasColumns(table, "ID") && !hasColumns(table, "SKU")) missing.push("SKU");
    if (missing.length > 0) {
      const reason = `not a product export of WooCommerce's: no column ${missing.join(", ")}`;
      return { drafts: [], problems: [{ row: 0, reason }] };
    }
    const rows = table.rows
      .filter(({ cells }) => cells.size > 0)
      .map((row) => ({ line: row.line, cell: cellsOf(row) }));
    const products = new Map<string, Cells>();
    for (const { cell } of rows) {
      if (isVariation(cell)) continue;
      for (const name of namesOf(cell)) if (!products.has(name)) products.set(name, cell);
    }
    const layout = layoutOf(table.header);
    const drafts: Draft[] = [];
    const problems: Problem[] = [...table.problems];
    for (const { line, cell } of rows) {
      const say = sayAt(line, problems);
      const parent = isVariation(cell) ? products.get(cell("Parent") ?? "") : undefined;
      if (isVariation(cell) && parent === undefined) {
        say("Parent", cell("Parent") === undefined ? "empty" : `no row ${cell("Parent")} in this file`);
        continue;
      }
      // Of a product that is withheld its own row tells why, once.
      if (parent !== undefined && reasonToWithhold(parent) !== undefined) continue;
      const withheld = reasonToWithhold(cell);
      if (withheld !== undefined) {
        say(withheld.column, withheld.reason);
        continue;
      }
      if (parent === undefined && cell("Type")?.toLowerCase().includes("variable")) continue;
      const item = woocommerceItem(cell, parent, layout, context, say);
      if (item !== undefined) drafts.push({ row: line, item });
    }
    return { drafts, problems };
  },
};
