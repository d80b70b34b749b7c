/** Categories in feeds: ids that are paths already, and names, which serve as words. */
import { oneLine } from "./text.ts";

/** `bt-6-3-2` or the same behind `gid://shopify/TaxonomyCategory/`: an id of Shopify's taxonomy, which is a path. */
export function categoryOf(text: string | undefined): string | undefined {
  const id = /^(?:gid:\/\/shopify\/TaxonomyCategory\/)?([a-z]{2}(?:-\d+)*)$/.exec(text ?? "")?.[1];
  return id === undefined ? undefined : `shopify/${id.replaceAll("-", "/")}`;
}

/** "Home & Garden > Decor" names categories without their ids; they serve as words. A number says nothing here. */
export const breadcrumb = (text: string | undefined): string[] =>
  text === undefined || /^\d+$/.test(text.trim()) ? [] : text.split(">");

/** Words by which an item is found, each once; undefined where there are none. */
export function wordsOf(texts: readonly (string | undefined)[]): string[] | undefined {
  const words = texts.map((text) => oneLine(text, 200)).filter((word) => word !== undefined);
  return words.length === 0 ? undefined : [...new Set(words)].slice(0, 64);
}
