/** How like what is wanted an item is, by its words. */
import type { Item } from "./catalogue.ts";
import type { Language } from "./language.ts";

/** From this likeness on an item is taken for what is wanted: two words, and one of them in the name at the least. */
export const likeEnough = 0.6;

/** What a wanted word counts for, by the best place where it is found. */
const inName = 1;
const inWords = 0.8;
const inDescription = 0.5;

/** What is left of the likeness when the wanted thing is named, but the item is something else: a lock for a bike. */
const notTheThing = 0.5;

/** Words in lower case, in the text's order. */
const tokens = (text: string): string[] =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((token) => token !== "");

const stems = (text: string, { stem, stopWords }: Language): string[] =>
  tokens(text)
    .filter((token) => !stopWords.has(token))
    .map(stem);

/**
 * The stems that may name the thing itself: "stroller" of "a stroller for twins", "pot" of "Clay Plant Pot, Large",
 * "bike" (and "inch") of "City bike 28 inch", "poussette" (and "double") of "poussette double". The phrase ends at a
 * comma, a dash or a bracket.
 */
function heads(text: string, { stem, stopWords, phrase }: Language): string[] {
  if (phrase === undefined) return [];
  const words = tokens(text.split(/[,;:(]|\s[-–—]\s/u, 1)[0] ?? "");
  const turn = words.findIndex((token, i) => i > 0 && phrase.turns.has(token));
  const thing = turn < 0 ? words : words.slice(0, turn);
  const number = thing.findIndex((token, i) => i > 0 && /\p{N}/u.test(token));
  const first = phrase.head === "first" ? thing.find((token) => !stopWords.has(token)) : undefined;
  const ends = [first, thing.at(-1), number < 0 ? undefined : thing[number - 1]];
  return ends.filter((end) => end !== undefined).map(stem);
}

/** The words of an item, ready to be compared many times. */
export type ItemWords = {
  readonly name: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  readonly description: ReadonlySet<string>;
  readonly heads: ReadonlySet<string>;
};

export function wordsOfItem(
  { name, words = [], brand = "", attributes = [], description = "" }: Item,
  language: Language,
): ItemWords {
  const texts = attributes.flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  return {
    name: new Set(stems(name, language)),
    words: new Set([...words, brand, ...texts].flatMap((text) => stems(text, language))),
    description: new Set(stems(description, language)),
    heads: new Set([name, ...words].flatMap((text) => heads(text, language))),
  };
}

/** What is wanted, ready to be compared with many items. */
export type WantedWords = { readonly words: readonly string[]; readonly heads: readonly string[] };

export const wordsOfWanted = (name: string, language: Language): WantedWords => ({
  words: [...new Set(stems(name, language))],
  heads: heads(name, language),
});

/** 0 for nothing in common, 1 for all wanted words in the item's name and the item being the wanted thing. */
export function likeness(wanted: WantedWords, item: ItemWords): number {
  if (wanted.words.length === 0) return 0;
  const found = wanted.words.reduce((sum, word) => sum + placeOf(word, item), 0) / wanted.words.length;
  return isTheThing(wanted, item) ? found : found * notTheThing;
}

const placeOf = (word: string, item: ItemWords): number => {
  if (item.name.has(word)) return inName;
  if (item.words.has(word)) return inWords;
  return item.description.has(word) ? inDescription : 0;
};

const isTheThing = (wanted: WantedWords, item: ItemWords): boolean =>
  wanted.heads.length === 0 || wanted.heads.some((head) => item.heads.has(head));
