/** The items of a catalogue laid out by number, category and word, once for a catalogue, so that no intent reads all. */
import type { WantedLine } from "@intentcast/protocol";
import { gtinKey, isTelling, mpnKey, type Wanted } from "./alike.ts";
import type { Catalogue, Item } from "./catalogue.ts";
import { type Language, remembering, shopLanguages } from "./language.ts";
import { type ItemWords, likeEnough, wordsOfItem } from "./likeness.ts";

/** An item, by its place in the catalogue. */
type Place = number;

type Index = Map<string, Place[]>;

function post(index: Index, key: string, place: Place): void {
  const places = index.get(key);
  if (places === undefined) index.set(key, [place]);
  else if (places.at(-1) !== place) places.push(place);
}

/** The words of all items in one language, and where each word occurs. */
type Lexicon = { readonly words: readonly ItemWords[]; readonly byWord: Index };

export type Placed = { readonly item: Item; readonly words: ItemWords };

export class Shelf {
  readonly #items: readonly Item[];
  readonly #byGtin: Index = new Map();
  readonly #byMpn: Index = new Map();
  /** By each category that holds the item, its own and those above it. */
  readonly #byCategory: Index = new Map();
  readonly #lexicons = new Map<Language, Lexicon>();

  constructor(items: readonly Item[]) {
    this.#items = items;
    for (const [place, { gtin, mpn, category }] of items.entries()) {
      if (gtin !== undefined) post(this.#byGtin, gtinKey(gtin), place);
      if (mpn !== undefined) post(this.#byMpn, mpnKey(mpn), place);
      for (const path of pathsAbove(category)) post(this.#byCategory, path, place);
    }
  }

  /** Reads the items' words in a language, so that no intent has to wait for it. */
  prepare(language: Language): void {
    this.#lexicon(language);
  }

  /** The items that a line names by number, in the catalogue's order. */
  named({ gtin, mpn }: WantedLine): Item[] {
    const byGtin = gtin === undefined ? undefined : this.#byGtin.get(gtinKey(gtin));
    const byMpn = mpn === undefined ? undefined : this.#byMpn.get(mpnKey(mpn));
    return this.#inOrder([byGtin ?? [], byMpn ?? []]).map((place) => this.#items[place] as Item);
  }

  /** Every item that may be like what is wanted, in the catalogue's order: all that are, and not many others. */
  near({ line: { category }, words, language }: Wanted): Placed[] {
    const lexicon = this.#lexicon(language);
    const lists =
      words === undefined
        ? [isTelling(category) ? (this.#byCategory.get(category) ?? []) : []]
        : rarest(words.words, lexicon.byWord);
    return this.#inOrder(lists).map((place) => ({
      item: this.#items[place] as Item,
      words: lexicon.words[place] as ItemWords,
    }));
  }

  #inOrder(lists: readonly (readonly Place[])[]): Place[] {
    return [...new Set(lists.flat())].sort((a, b) => a - b);
  }

  #lexicon(language: Language): Lexicon {
    const known = this.#lexicons.get(language);
    if (known !== undefined) return known;
    const reader = remembering(language);
    const words = this.#items.map((item) => wordsOfItem(item, reader));
    const byWord: Index = new Map();
    for (const [place, own] of words.entries()) {
      for (const word of [...own.name, ...own.words, ...own.description]) post(byWord, word, place);
    }
    const fresh = { words, byWord };
    this.#lexicons.set(language, fresh);
    return fresh;
  }
}

const pathsAbove = (category: string | undefined): string[] =>
  (category?.split("/") ?? []).map((_, i, segments) => segments.slice(0, i + 1).join("/"));

/**
 * Where the rarest of the wanted words occur: so many of them that an item in which none of them occurs has too few of
 * the others to be like enough.
 */
function rarest(words: readonly string[], byWord: Index): (readonly Place[])[] {
  const count = words.length;
  let least = 1;
  while (least < count && least / count < likeEnough) least++;
  return words
    .map((word) => byWord.get(word) ?? [])
    .sort((a, b) => a.length - b.length)
    .slice(0, count - least + 1);
}

const shelves = new WeakMap<readonly Item[], Shelf>();

/** A shop answers many intents from one list of items, which does not change; it is laid out once. */
export function shelfOf({ items }: Catalogue): Shelf {
  const known = shelves.get(items);
  if (known !== undefined) return known;
  const fresh = new Shelf(items);
  shelves.set(items, fresh);
  return fresh;
}

/** Lays a catalogue out before the first intent comes. */
export function layOut(catalogue: Catalogue): void {
  const shelf = shelfOf(catalogue);
  for (const language of shopLanguages(catalogue.languages)) shelf.prepare(language);
}
