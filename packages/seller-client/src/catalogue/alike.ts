/** Which items are taken for what a line wants, and how like it they are: the rule, for one item at a time. */
import { contains, type WantedLine } from "@intentcast/protocol";
import type { Item } from "./catalogue.ts";
import type { Language } from "./language.ts";
import { type ItemWords, likeness, type WantedWords, wordsOfWanted } from "./likeness.ts";

/** A wanted line, ready to be compared with many items. */
export type Wanted = {
  readonly line: WantedLine;
  /** The very thing is wanted, by its number. */
  readonly isIdentified: boolean;
  readonly language: Language;
  /** Absent: the line has no name. */
  readonly words?: WantedWords;
};

export const wantedOf = (line: WantedLine, language: Language): Wanted => ({
  line,
  isIdentified: line.gtin !== undefined || line.mpn !== undefined,
  language,
  ...(line.name !== undefined && { words: wordsOfWanted(line.name, language) }),
});

/** A GTIN is the same number in 8, 12, 13 and 14 digits (GS1 General Specifications §3.2: zeros in front). */
export const gtinKey = (gtin: string): string => gtin.padStart(14, "0");

export const mpnKey = (mpn: string): string => mpn.trim().toLowerCase();

/** Whether it is the very thing that the line names by number. */
export const isTheVery = ({ gtin, mpn }: WantedLine, item: Item): boolean =>
  (gtin !== undefined && item.gtin !== undefined && gtinKey(item.gtin) === gtinKey(gtin)) ||
  (mpn !== undefined && item.mpn !== undefined && mpnKey(item.mpn) === mpnKey(mpn));

/** Whether a category says what a thing is: the root of a taxonomy, and the roots of its trades, do not. */
export const isTelling = (category: string): boolean => category.split("/").length > 2;

const schemeOf = (path: string): string => path.split("/", 1)[0] as string;

/**
 * How like the wanted thing an item is, 0 to 1. Categories of one scheme decide first: an item outside the wanted one
 * is none. An item that is known to lie in it needs no head word to prove what it is; an item whose category says too
 * little, or nothing, has its words alone.
 */
export function alikeness({ line: { category }, words }: Wanted, item: Item, own: ItemWords): number {
  const inside = item.category !== undefined && contains(category, item.category);
  if (inside && isTelling(category)) {
    return words === undefined ? 1 : likeness({ ...words, heads: [] }, own);
  }
  const elsewhere =
    item.category !== undefined &&
    schemeOf(item.category) === schemeOf(category) &&
    !inside &&
    !contains(item.category, category);
  return elsewhere || words === undefined ? 0 : likeness(words, own);
}
