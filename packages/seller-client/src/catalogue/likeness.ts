/** How like what is wanted an item is, by its words. English by its stems and word order; other languages by luck. */
import { stemmer } from "stemmer";
import type { Item } from "./catalogue.ts";

/** From this likeness on an item is taken for what is wanted: two words, and one of them in the name at the least. */
export const likeEnough = 0.6;

/** What a wanted word counts for, by the best place where it is found. */
const inName = 1;
const inWords = 0.8;
const inDescription = 0.5;

/** What is left of the likeness when the wanted thing is named, but the item is something else: a lock for a bike. */
const notTheThing = 0.5;

const stopWords = new Set(
  (
    "a an the and or of for with without in on at by to from into my our your his her its their some any this that " +
    "i we you it me us is are be as up please want wanted need needed would like looking buy get about"
  ).split(" "),
);

/** Behind one of these comes what a thing is for or has, and no longer the thing. */
const turns = new Set(["of", "for", "with", "without", "in", "on", "to", "by", "from", "that", "and", "or"]);

const digits = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve"
    .split(" ")
    .map((word, i) => [word, String(i)]),
);

/** Words in lower case without accents, in the text's order; the phrase ends at a comma, a dash or a bracket. */
const tokens = (text: string): string[] =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((token) => token !== "");

const stem = (token: string): string => digits.get(token) ?? stemmer(token);

const stems = (text: string): string[] =>
  tokens(text)
    .filter((token) => !stopWords.has(token))
    .map(stem);

/**
 * The stems that may name the thing itself: "stroller" of "a stroller for twins", "pot" of "Clay Plant Pot, Large",
 * "bike" (and "inch") of "City bike 28 inch".
 */
function heads(text: string): string[] {
  const phrase = tokens(text.split(/[,;:(]|\s[-–—]\s/u, 1)[0] ?? "");
  const turn = phrase.findIndex((token, i) => i > 0 && turns.has(token));
  const thing = turn < 0 ? phrase : phrase.slice(0, turn);
  const number = thing.findIndex((token, i) => i > 0 && /\p{N}/u.test(token));
  const ends = [thing.at(-1), number < 0 ? undefined : thing[number - 1]];
  return ends.filter((end) => end !== undefined).map(stem);
}

/** The words of an item, ready to be compared many times. */
export type ItemWords = {
  readonly name: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  readonly description: ReadonlySet<string>;
  readonly heads: ReadonlySet<string>;
};

export function wordsOfItem({
  name,
  words = [],
  brand = "",
  attributes = [],
  description = "",
}: Item): ItemWords {
  const texts = attributes.flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  const tags = new Set([...words, brand, ...texts].flatMap(stems));
  return {
    name: new Set(stems(name)),
    words: tags,
    description: new Set(stems(description)),
    heads: new Set([...heads(name), ...words.flatMap(heads)]),
  };
}

/** What is wanted, ready to be compared with many items. */
export type WantedWords = { readonly words: readonly string[]; readonly heads: readonly string[] };

export const wordsOfWanted = (name: string): WantedWords => ({
  words: [...new Set(stems(name))],
  heads: heads(name),
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
