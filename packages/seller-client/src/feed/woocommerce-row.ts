/** One row of a WooCommerce export: its cells, what it is called, of what type it is, whether it is on sale. */
import type { TableRow } from "./table.ts";

/** The text of a column; undefined where the column is not there or empty. */
export type Cells = (column: string) => string | undefined;

/** The export puts an apostrophe before what a spreadsheet would take for a formula. */
export const cellsOf =
  ({ cells }: TableRow): Cells =>
  (column) => {
    const text = cells.get(column.toLowerCase());
    return text !== undefined && /^'[=+\-@]/.test(text) ? text.slice(1) : text;
  };

const typesOf = (cell: Cells): readonly string[] =>
  listOf(cell("Type") ?? "simple").map((type) => type.toLowerCase());

export const isVariation = (cell: Cells): boolean => typesOf(cell).includes("variation");

/** How variations name their parent: by its SKU, or as "id:12". */
export const namesOf = (cell: Cells): readonly string[] => {
  const id = cell("ID");
  return [cell("SKU"), id === undefined ? undefined : `id:${id}`].filter((name) => name !== undefined);
};

const offered = new Set(["simple", "variable", "variation", "virtual", "downloadable"]);
const others: ReadonlyMap<string, string> = new Map([
  ["grouped", "its parts are sold one by one"],
  ["external", "another shop sells it"],
]);
const states: ReadonlyMap<string, string> = new Map([
  ["0", "private"],
  ["-1", "a draft"],
  ["2", "not reviewed yet"],
]);

/** Why neither the product nor its variations are offered. */
export function reasonToWithhold(cell: Cells): { column: string; reason: string } | undefined {
  const published = cell("Published") ?? "1";
  if (published !== "1") {
    return { column: "Published", reason: `not on sale: ${states.get(published) ?? published}` };
  }
  if (cell("Visibility in catalog")?.toLowerCase() === "hidden") {
    return { column: "Visibility in catalog", reason: "not on sale: hidden" };
  }
  const type = typesOf(cell).find((one) => !offered.has(one));
  if (type === undefined) return undefined;
  const why = others.get(type);
  return { column: "Type", reason: `not offered: ${type}${why === undefined ? "" : `, ${why}`}` };
}

/** A list as the export writes it: commas between the parts, and a backslash before a comma within one. */
export function listOf(text: string | undefined): string[] {
  const parts = [""];
  let escaped = false;
  for (const character of text ?? "") {
    if (escaped && character !== ",") parts[parts.length - 1] += "\\";
    if (character === "," && !escaped) parts.push("");
    else if (character !== "\\" || escaped) parts[parts.length - 1] += character;
    escaped = character === "\\" && !escaped;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
