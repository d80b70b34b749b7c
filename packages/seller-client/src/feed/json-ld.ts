/** Products in schema.org's words as JSON-LD: a document of its own, or the scripts of a web page. */
import type { Draft } from "./draft.ts";
import type { Format } from "./feed.ts";
import { productsOf } from "./json-ld-graph.ts";
import { jsonLdItems } from "./json-ld-item.ts";
import { parseMarkup } from "./markup.ts";
import { type Problem, sayAt } from "./problem.ts";

export const jsonLd: Format = {
  recognises(text) {
    const begin = text.trimStart()[0];
    if (begin === "<") return text.toLowerCase().includes("application/ld+json");
    // Within a text of JSON the quotation marks would stand behind backslashes.
    return (begin === "{" || begin === "[") && text.includes('"@type"');
  },

  read(text, context) {
    const problems: Problem[] = [];
    const isPage = text.trimStart().startsWith("<");
    const documents: unknown[] = [];
    for (const [index, source] of (isPage ? scriptsOf(text) : [text]).entries()) {
      const parsed = parseJson(source);
      if (parsed !== undefined) documents.push(parsed.value);
      else
        problems.push({ row: 0, reason: isPage ? `script ${index + 1} of the page is no JSON` : "no JSON" });
    }
    const drafts: Draft[] = [];
    const products = productsOf(documents);
    if (products.length + problems.length === 0) problems.push({ row: 0, reason: "no product in it" });
    for (const [index, product] of products.entries()) {
      const row = index + 1;
      for (const item of jsonLdItems(product, context, sayAt(row, problems))) drafts.push({ row, item });
    }
    return { drafts, problems };
  },
};

/** Contents of a page's scripts of this type. */
function scriptsOf(page: string): string[] {
  const scripts: string[] = [];
  let inside = false;
  parseMarkup(page, {
    onopentag(name, { type = "" }) {
      inside = name === "script" && type.split(";")[0]?.trim().toLowerCase() === "application/ld+json";
      if (inside) scripts.push("");
    },
    ontext(data) {
      if (inside) scripts[scripts.length - 1] += data;
    },
    onclosetag() {
      inside = false;
    },
  });
  return scripts;
}

/** Pages are full of line ends inside texts, which JSON forbids; as blanks they do no harm anywhere. */
function parseJson(text: string): { value: unknown } | undefined {
  for (const source of [text, text.replace(/\p{Cc}/gu, " ")]) {
    try {
      return { value: JSON.parse(source) };
    } catch {}
  }
  return undefined;
}
