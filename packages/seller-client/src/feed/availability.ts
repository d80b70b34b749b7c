/** Whether an item can be had now: words such as "in_stock" or https://schema.org/OutOfStock, and numbers of pieces. */
import type { Say } from "./problem.ts";

const atHand = new Set(["instock", "limitedavailability", "onlineonly", "available"]);
const soldOut = new Set(["outofstock", "soldout", "reserved", "unavailable"]);
const later = new Set(["preorder", "presale", "backorder", "onbackorder", "madetoorder"]);

/**
 * `available` as an item has it: 0 where it is sold out, absent where nobody counts. Nothing, after saying why, for
 * what is not at hand yet, as an offer promises delivery within the shop's usual time, and for what is not sold online.
 */
export function readAvailability(
  word: string | undefined,
  pieces: string | undefined,
  columns: { word: string; pieces: string },
  say: Say,
  from?: string,
): { available?: number } | undefined {
  const known = word === undefined ? "instock" : wordOf(word);
  if (later.has(known)) {
    return say(columns.word, `not in stock yet: ${word}${from === undefined ? "" : `, from ${from}`}`);
  }
  if (soldOut.has(known)) return { available: 0 };
  if (known === "discontinued" || known === "instoreonly") return say(columns.word, `not on sale: ${word}`);
  if (!atHand.has(known)) return say(columns.word, `not a word for availability: ${word}`);
  if (pieces === undefined) return {};
  const match = /^(-?\d{1,9})(?:[.,]\d*)?$/.exec(pieces);
  if (match === null) return say(columns.pieces, `not a number of pieces: ${pieces}`);
  return { available: Math.max(0, Number(match[1])) };
}

/** A catalogue's condition of words such as "Like new" or https://schema.org/UsedCondition, if it has that one. */
export const conditionOf = (word: string | undefined): string | undefined =>
  word === undefined ? undefined : wordOf(word).replace(/condition$/, "");

/** Small letters alone; of an address, what stands last. */
const wordOf = (text: string): string =>
  text
    .slice(text.lastIndexOf("/") + 1)
    .toLowerCase()
    .replace(/^schema:/, "")
    .replace(/[\s_-]+/g, "");
