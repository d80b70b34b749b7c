/** The items of a catalogue that answer one wanted line, best first, and why others that came near do not. */
import type { WantedLine } from "@intentcast/protocol";
import { alikeness, isTheVery, type Wanted, wantedOf } from "./alike.ts";
import type { Catalogue, Item } from "./catalogue.ts";
import type { Language } from "./language.ts";
import { likeEnough } from "./likeness.ts";
import { lotOf } from "./lot.ts";
import { type Miss, miss } from "./no-offer.ts";
import { piecesOf } from "./pieces.ts";
import { shortcoming } from "./requirement.ts";
import { shelfOf } from "./shelf.ts";

/** An item for a line. */
export type Candidate = {
  readonly item: Item;
  /** The likeness, and the share of preferences met: the higher the better. */
  readonly fit: number;
  /** It is not the very item that is wanted. */
  readonly substitute: boolean;
  /** Pieces that can be offered if no other line takes any: all that are wanted, or the part that is left. */
  readonly lot: number;
};

export type Found = { readonly candidates: readonly Candidate[]; readonly misses: readonly Miss[] };

/**
 * How many pieces of an item there are to offer beside those of each SKU that are taken, by default by awards;
 * infinitely many where it has no stock.
 */
export type Left = (item: Item, taken?: ReadonlyMap<string, number>) => number;

/**
 * Finds what answers a line: the very item where a GTIN or a manufacturer's number is wanted; otherwise what lies in
 * the wanted category and is named alike. The one to offer comes first.
 */
export function findItems(
  catalogue: Catalogue,
  wanted: WantedLine,
  language: Language,
  line: number,
  left: Left,
): Found {
  const pieces = piecesOf(wanted.quantity);
  if (pieces === undefined) {
    const { value, scale = 0, unit } = wanted.quantity;
    return { candidates: [], misses: [miss("unit", `${value}e-${scale} ${unit}`, { line })] };
  }
  const candidates: Candidate[] = [];
  const misses: Miss[] = [];
  for (const { item, alike, substitute } of likeItems(catalogue, wantedOf(wanted, language))) {
    const lot = lotOf(wanted, substitute, left(item));
    const short =
      unsuited(item, wanted, line) ??
      (lot === 0
        ? miss("stock", `${item.name}: ${left(item)} left, ${pieces} wanted`, { line, sku: item.sku })
        : undefined);
    if (short !== undefined) misses.push(short);
    else candidates.push({ item, fit: alike + preferred(item, wanted), substitute, lot });
  }
  if (candidates.length === 0 && misses.length === 0) misses.push(miss("not-sold", named(wanted), { line }));
  return { candidates: candidates.sort(bestFirst), misses };
}

/** Why one candidate comes before another; the first that decides. The SKU makes the order total. */
const preferences = {
  exact: (a, b) => Number(a.substitute) - Number(b.substitute),
  fit: (a, b) => b.fit - a.fit,
  new: (a, b) => Number(isUsed(a.item)) - Number(isUsed(b.item)),
  cheaper: (a, b) => a.item.price - b.item.price,
  sku: (a, b) => (a.item.sku < b.item.sku ? -1 : 1),
} as const satisfies Record<string, (a: Candidate, b: Candidate) => number>;
export type Preference = keyof typeof preferences;

/** What decides between two candidates. */
export const decides = (a: Candidate, b: Candidate): Preference =>
  (Object.keys(preferences) as Preference[]).find((one) => preferences[one](a, b) !== 0) ?? "sku";

export const bestFirst = (a: Candidate, b: Candidate): number => preferences[decides(a, b)](a, b);

const isUsed = ({ condition = "new" }: Item): boolean => condition !== "new";

const named = ({ gtin, mpn, name, category }: WantedLine): string => gtin ?? mpn ?? name ?? category;

type Alike = { readonly item: Item; readonly alike: number; readonly substitute: boolean };

export function likeItems(catalogue: Catalogue, wanted: Wanted): Alike[] {
  const shelf = shelfOf(catalogue);
  const { line, isIdentified } = wanted;
  const same = shelf.named(line).map((item) => ({ item, alike: 1, substitute: false }));
  if (isIdentified && line.substitutes !== true) return same;
  const others = shelf
    .near(wanted)
    .filter(({ item }) => !isTheVery(line, item))
    .map(({ item, words }) => ({ item, alike: alikeness(wanted, item, words), substitute: isIdentified }))
    .filter(({ alike }) => alike >= likeEnough);
  return [...same, ...others];
}

/** The first demand that the item does not meet. */
function unsuited(
  item: Item,
  { condition: allowed, requirements = [] }: WantedLine,
  line: number,
): Miss | undefined {
  const at = { line, sku: item.sku };
  const condition = item.condition ?? "new";
  if (allowed !== undefined && !allowed.includes(condition)) {
    return miss("condition", `${item.name}: ${condition}`, at);
  }
  for (const requirement of requirements) {
    const short = requirement.must === true ? shortcoming(item, requirement) : undefined;
    if (short !== undefined) return miss("requirement", `${item.name}: ${short}`, at);
  }
  return undefined;
}

/** The share of the wanted preferences that an item meets, by their weights: 0 to 1. */
function preferred(item: Item, { requirements = [] }: WantedLine): number {
  const weighted = requirements.filter(({ weight }) => weight !== undefined);
  const sum = (some: typeof weighted) => some.reduce((total, { weight = 0 }) => total + weight, 0);
  const met = weighted.filter((one) => shortcoming(item, one) === undefined);
  return weighted.length === 0 ? 0 : sum(met) / sum(weighted);
}
