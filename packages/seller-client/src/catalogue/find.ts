/** The items of a catalogue that answer one wanted line, best first, and why others that came near do not. */
import { contains, type WantedLine } from "@intentcast/protocol";
import type { Catalogue, Item } from "./catalogue.ts";
import {
  type ItemWords,
  likeEnough,
  likeness,
  type WantedWords,
  wordsOfItem,
  wordsOfWanted,
} from "./likeness.ts";
import { type Miss, miss } from "./no-offer.ts";
import { piecesOf } from "./pieces.ts";
import { shortcoming } from "./requirement.ts";

/** An item for a line. `fit` orders items by likeness and preferences met; `substitute`: it is not the very one. */
export type Candidate = {
  readonly item: Item;
  readonly pieces: number;
  readonly fit: number;
  readonly substitute: boolean;
};

export type Found = { readonly candidates: readonly Candidate[]; readonly misses: readonly Miss[] };

/** How many pieces of an item there are to offer; undefined for as many as anybody asks for. */
export type Left = (item: Item) => number | undefined;

/**
 * Finds what answers a line: the very item where a GTIN or a manufacturer's number is wanted; otherwise what lies in
 * the wanted category and is named alike. Among equals the cheapest comes first.
 */
export function findItems(catalogue: Catalogue, wanted: WantedLine, line: number, left: Left): Found {
  const pieces = piecesOf(wanted.quantity);
  if (pieces === undefined) {
    const { value, scale = 0, unit } = wanted.quantity;
    return { candidates: [], misses: [miss("unit", `${value}e-${scale} ${unit}`, { line })] };
  }
  const candidates: Candidate[] = [];
  const misses: Miss[] = [];
  for (const { item, alike, substitute } of likeItems(catalogue, wanted)) {
    const short = firstMiss(item, wanted, pieces, line, left);
    if (short !== undefined) misses.push(short);
    else candidates.push({ item, pieces, fit: alike + preferred(item, wanted), substitute });
  }
  if (candidates.length === 0 && misses.length === 0) misses.push(miss("not-sold", named(wanted), { line }));
  return { candidates: candidates.sort(bestFirst), misses };
}

/**
 * The very item before a substitute, then the better fit, then new before used for a buyer who does not say, then the
 * cheaper; the SKU makes the order total.
 */
const bestFirst = (a: Candidate, b: Candidate): number =>
  Number(a.substitute) - Number(b.substitute) ||
  b.fit - a.fit ||
  Number(isUsed(a.item)) - Number(isUsed(b.item)) ||
  a.item.price - b.item.price ||
  (a.item.sku < b.item.sku ? -1 : 1);

const isUsed = ({ condition = "new" }: Item): boolean => condition !== "new";

const named = ({ gtin, mpn, name, category }: WantedLine): string => gtin ?? mpn ?? name ?? category;

type Alike = { readonly item: Item; readonly alike: number; readonly substitute: boolean };

function likeItems(catalogue: Catalogue, wanted: WantedLine): Alike[] {
  const { gtin, mpn } = wanted;
  const exact = catalogue.items.filter(
    (item) =>
      (gtin !== undefined && isSameGtin(item.gtin, gtin)) || (mpn !== undefined && isSameMpn(item.mpn, mpn)),
  );
  const identified = gtin !== undefined || mpn !== undefined;
  const same = exact.map((item) => ({ item, alike: 1, substitute: false }));
  if (identified && wanted.substitutes !== true) return same;
  const words = wanted.name === undefined ? undefined : wordsOfWanted(wanted.name);
  const alike = prepared(catalogue)
    .filter(({ item }) => !exact.includes(item))
    .map(({ item, words: own }) => ({
      item,
      alike: likenessTo(wanted.category, words, item, own),
      substitute: identified,
    }))
    .filter(({ alike }) => alike >= likeEnough);
  return [...same, ...alike];
}

/** A GTIN is the same number in 8, 12, 13 and 14 digits (GS1 General Specifications §3.2: zeros in front). */
const isSameGtin = (a: string | undefined, b: string): boolean =>
  a !== undefined && a.padStart(14, "0") === b.padStart(14, "0");

const isSameMpn = (a: string | undefined, b: string): boolean =>
  a !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();

const schemeOf = (path: string): string => path.split("/", 1)[0] as string;

/**
 * Categories of one scheme decide first: an item outside the wanted one is none. An item that is known to lie in it
 * needs no head word to prove what it is; an item whose category says too little, or nothing, has its words alone.
 */
function likenessTo(category: string, wanted: WantedWords | undefined, item: Item, own: ItemWords): number {
  const inside = item.category !== undefined && contains(category, item.category);
  if (inside && isTelling(category)) {
    return wanted === undefined ? 1 : likeness({ ...wanted, heads: [] }, own);
  }
  const elsewhere =
    item.category !== undefined &&
    schemeOf(item.category) === schemeOf(category) &&
    !inside &&
    !contains(item.category, category);
  return elsewhere || wanted === undefined ? 0 : likeness(wanted, own);
}

/** Whether a category says what a thing is: the root of a taxonomy, and the roots of its trades, do not. */
const isTelling = (category: string): boolean => category.split("/").length > 2;

function firstMiss(
  item: Item,
  wanted: WantedLine,
  pieces: number,
  line: number,
  left: Left,
): Miss | undefined {
  const at = { line, sku: item.sku };
  const condition = item.condition ?? "new";
  if (wanted.condition !== undefined && !wanted.condition.includes(condition)) {
    return miss("condition", `${item.name}: ${condition}`, at);
  }
  for (const requirement of wanted.requirements ?? []) {
    const short = requirement.must === true ? shortcoming(item, requirement) : undefined;
    if (short !== undefined) return miss("requirement", `${item.name}: ${short}`, at);
  }
  const available = left(item);
  return available !== undefined && available < pieces
    ? miss("stock", `${item.name}: ${available} left, ${pieces} wanted`, at)
    : undefined;
}

/** The share of the wanted preferences that an item meets, by their weights: 0 to 1. */
function preferred(item: Item, { requirements = [] }: WantedLine): number {
  const weighted = requirements.filter(({ weight }) => weight !== undefined);
  const sum = (some: typeof weighted) => some.reduce((total, { weight = 0 }) => total + weight, 0);
  const met = weighted.filter((one) => shortcoming(item, one) === undefined);
  return weighted.length === 0 ? 0 : sum(met) / sum(weighted);
}

type Prepared = { readonly item: Item; readonly words: ItemWords };
const preparedItems = new WeakMap<readonly Item[], readonly Prepared[]>();

/** A shop answers many intents from one list of items, so their words are taken apart once. */
function prepared({ items }: Catalogue): readonly Prepared[] {
  const known = preparedItems.get(items);
  if (known !== undefined) return known;
  const fresh = items.map((item) => ({ item, words: wordsOfItem(item) }));
  preparedItems.set(items, fresh);
  return fresh;
}
