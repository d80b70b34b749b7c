/** Google Merchant product feeds: RSS or Atom with Google's fields, or the same fields as a table. */
import type { Draft } from "./draft.ts";
import type { FeedContext, Format } from "./feed.ts";
import { type Fields, googleItem } from "./google-item.ts";
import { parseMarkup } from "./markup.ts";
import { type Problem, sayAt } from "./problem.ts";
import { readTable, type Table } from "./table.ts";
import { childrenOf, type Element, readEntries, textOf } from "./xml-entries.ts";

export const googleMerchant: Format = {
  recognises(text) {
    if (isMarkup(text)) return ["rss", "feed", "rdf"].includes(rootOf(text));
    const { header } = withPlainNames(readTable(text.slice(0, 20_000), { headerOnly: true }));
    return (
      ["id", "title", "price"].every((name) => header.has(name)) &&
      (header.has("link") || header.has("availability"))
    );
  },

  read: (text, context) => (isMarkup(text) ? readXml(text, context) : readText(text, context)),
};

const isMarkup = (text: string): boolean => text.trimStart().startsWith("<");

/** Name of a document's first element, without its prefix. */
function rootOf(text: string): string {
  const names: string[] = [];
  parseMarkup(text.slice(0, 20_000), { xml: true, onopentagname: (name) => names.push(name) });
  return (names[0] ?? "").toLowerCase().replace(/^.*:/, "");
}

function readXml(text: string, context: FeedContext): ReturnType<Format["read"]> {
  const { entries, broken, whole } = readEntries(text);
  const drafts: Draft[] = [];
  const problems: Problem[] = broken.map((row) => ({ row, reason: "the entry breaks off" }));
  if (!whole) problems.push({ row: 0, reason: "nested too deep to be read to the end" });
  if (entries.length + problems.length === 0) problems.push({ row: 0, reason: "no item and no entry in it" });
  for (const { row, element } of entries) {
    const item = googleItem(fieldsOf(element), context, sayAt(row, problems));
    if (item !== undefined) drafts.push({ row, item });
  }
  return { drafts, problems };
}

function fieldsOf(entry: Element): Fields {
  const texts = (element: Element, name: string) =>
    childrenOf(element, name)
      .map((child) => (textOf(child).trim() || child.attributes["href"]) ?? "")
      .filter((text) => text !== "");
  return {
    all: (name) => texts(entry, name),
    details: childrenOf(entry, "product_detail").map((detail) => ({
      name: texts(detail, "attribute_name")[0],
      value: texts(detail, "attribute_value")[0],
    })),
  };
}

function readText(text: string, context: FeedContext): ReturnType<Format["read"]> {
  const table = withPlainNames(readTable(text));
  const missing = ["id", "title", "price"].filter((column) => !table.header.has(column));
  if (missing.length > 0) {
    const reason = `not a product feed of Google's: no column ${missing.join(", ")}`;
    return { drafts: [], problems: [{ row: 0, reason }] };
  }
  const drafts: Draft[] = [];
  const problems: Problem[] = [...table.problems];
  for (const { line, cells } of table.rows) {
    if (cells.size === 0) continue;
    const all = (name: string) => [cells.get(name)].filter((cell) => cell !== undefined);
    const item = googleItem({ all, details: [] }, context, sayAt(line, problems));
    if (item !== undefined) drafts.push({ row: line, item });
  }
  return { drafts, problems };
}

/** Columns may be called "image link", "image_link" or "g:image_link". */
function withPlainNames({ header, rows, problems }: Table): Table {
  const plain = (name: string) => name.replace(/^g:/, "").replaceAll(" ", "_");
  return {
    header: new Set([...header].map(plain)),
    rows: rows.map(({ line, cells }) => ({
      line,
      cells: new Map([...cells].map(([name, cell]) => [plain(name), cell])),
    })),
    problems,
  };
}
