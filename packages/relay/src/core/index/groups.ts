/** A filter as groups of alternatives: a message must carry one text of each group, apart from what is compared as numbers. */
import { type Filter, foldText } from "@intentcast/protocol";
import { textOf } from "../byte-text.ts";
import type { TextHash } from "./text-hash.ts";
import { space, type Vocabulary, valueSpace } from "./vocabulary.ts";

/** What a group is, and with it what kind of access key it can be part of. */
export const role = {
  author: 1,
  mailbox: 2,
  category: 3,
  /** Beginnings of the categories or places, where there are too many of these to post a filter under each. */
  broadCategory: 4,
  place: 5,
  broadPlace: 6,
  /** The values of an attribute, or words. */
  extra: 7,
  /** The other way round: what a message requires must be in the group. */
  terms: 8,
} as const;

/** Bits of the kinds of messages. */
export const kindBit = { intent: 1, close: 2, profile: 4, sealed: 8 } as const;
const openKinds = kindBit.intent | kindBit.close | kindBit.profile;
const kindsWithPaths = kindBit.intent | kindBit.profile;

/** The most keys that a filter is posted under, but for a group whose alternatives have nothing in common. */
export const mostKeys = 24;

/** The hash of an attribute's value, given that of the attribute. */
export const valueHash = (hash: TextHash, attribute: number, value: number | string | boolean): number =>
  hash.of(valueSpace(attribute, value) | 0, String(value));

/** One group after the other: it is filled anew for each filter, so that nothing is allocated for one. */
export class Groups {
  kinds = 0;
  count = 0;
  readonly roles: number[] = [];
  /** The texts of a group stand from here to there. An attribute's name stands before its values. */
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly isAttribute: boolean[] = [];
  readonly texts: string[] = [];
  readonly hashes: number[] = [];
  readonly spaces: number[] = [];
  readonly tokens: number[] = [];
  prices: Filter["prices"];
  issued: Filter["issued"];
  readonly #hash: TextHash;
  #length = 0;

  constructor(hash: TextHash) {
    this.#hash = hash;
  }

  /** Takes a filter apart. Afterwards `kinds` has the kinds of messages that it can describe: 0 if it describes nothing. */
  read(filter: Filter): void {
    const { authors, mailboxes, categories, places, prices, attributes, words, terms, issued } = filter;
    this.count = 0;
    this.#length = 0;
    this.prices = prices;
    this.issued = issued;
    this.kinds = kindsOf(filter);
    if (authors !== undefined) this.#bytes(role.author, space.author, authors);
    if (mailboxes !== undefined) this.#bytes(role.mailbox, space.mailbox, mailboxes);
    if (categories !== undefined) this.#paths(role.category, space.category, categories);
    if (places !== undefined) this.#paths(role.place, space.place, places);
    if (attributes !== undefined)
      for (const { attribute, values } of attributes) this.#values(attribute, values);
    if (words?.any !== undefined) this.#words(words.any);
    if (words?.all !== undefined) for (const word of words.all) this.#words([word]);
    if (terms !== undefined) this.#bytes(role.terms, space.terms, terms);
  }

  /** Finds the tokens of a group, all of which are in the vocabulary. */
  find(group: number, vocabulary: Vocabulary): void {
    const from = this.from[group] as number;
    const name = this.isAttribute[group] === true ? this.#findOne(from - 1, vocabulary, 0) : 0;
    for (let i = from; i < (this.to[group] as number); i++) this.#findOne(i, vocabulary, name);
  }

  /** Takes a use of each token of a group. */
  take(group: number, vocabulary: Vocabulary): void {
    const from = this.from[group] as number;
    const name = this.isAttribute[group] === true ? this.#takeOne(from - 1, vocabulary, 0) : 0;
    for (let i = from; i < (this.to[group] as number); i++) this.#takeOne(i, vocabulary, name);
  }

  /** Gives back what was taken, once the tokens are found. */
  release(group: number, vocabulary: Vocabulary): void {
    const from = this.from[group] as number;
    const first = this.isAttribute[group] === true ? from - 1 : from;
    for (let i = (this.to[group] as number) - 1; i >= first; i--)
      vocabulary.release(this.tokens[i] as number);
  }

  size(group: number): number {
    return (this.to[group] as number) - (this.from[group] as number);
  }

  #findOne(i: number, vocabulary: Vocabulary, name: number): number {
    const inSpace = (this.spaces[i] as number) + 4 * name;
    const token = vocabulary.find(
      inSpace,
      this.texts[i] as string,
      (this.texts[i] as string).length,
      this.hashes[i] as number,
    );
    this.tokens[i] = token;
    return token;
  }

  #takeOne(i: number, vocabulary: Vocabulary, name: number): number {
    const inSpace = (this.spaces[i] as number) + 4 * name;
    const token = vocabulary.take(inSpace, this.texts[i] as string, this.hashes[i] as number);
    this.tokens[i] = token;
    return token;
  }

  #begin(as: number, isAttribute = false): void {
    this.roles[this.count] = as;
    this.from[this.count] = this.#length;
    this.isAttribute[this.count] = isAttribute;
  }

  #end(): void {
    this.to[this.count] = this.#length;
    // No alternative holds where there is none.
    if (this.#length === this.from[this.count] && this.roles[this.count] !== role.terms) this.kinds = 0;
    this.count += 1;
  }

  #add(inSpace: number, text: string, hash: number): void {
    const i = this.#length++;
    this.texts[i] = text;
    this.spaces[i] = inSpace;
    this.hashes[i] = hash;
  }

  #bytes(as: number, inSpace: number, list: readonly Uint8Array[]): void {
    this.#begin(as);
    for (const bytes of list) {
      const text = textOf(bytes);
      this.#add(inSpace, text, this.#hash.of(inSpace, text));
    }
    this.#end();
  }

  #paths(as: number, inSpace: number, paths: readonly string[]): void {
    this.#begin(as);
    for (const path of paths) this.#add(inSpace, path, this.#hash.of(inSpace, path));
    this.#end();
    const broad = paths.length > mostKeys ? beginningsOf(paths) : undefined;
    if (broad !== undefined) this.#paths(as + 1, inSpace, broad);
  }

  #words(words: readonly string[]): void {
    this.#begin(role.extra);
    for (const word of words) {
      const text = foldText(word);
      this.#add(space.word, text, this.#hash.of(space.word, text));
    }
    this.#end();
  }

  #values(attribute: string, values: readonly (number | string | boolean)[]): void {
    const name = this.#hash.of(space.attribute, attribute);
    this.#add(space.attribute, attribute, name);
    this.#begin(role.extra, true);
    for (const value of values) {
      this.#add(valueSpace(0, value), String(value), valueHash(this.#hash, name, value));
    }
    this.#end();
  }
}

/** The kinds that have all the fields that a filter asks about (spec/07-filters). */
function kindsOf(filter: Filter): number {
  let possible: number = filter.mailboxes === undefined ? openKinds : kindBit.sealed;
  if (filter.kinds !== undefined) possible &= bitsOf(filter.kinds);
  if (filter.authors !== undefined) possible &= openKinds;
  if (filter.categories !== undefined || filter.places !== undefined || filter.words !== undefined)
    possible &= kindsWithPaths;
  const { prices, attributes, terms } = filter;
  if (prices !== undefined || terms !== undefined || (attributes !== undefined && attributes.length > 0))
    possible &= kindBit.intent;
  return prices?.length === 0 ? 0 : possible;
}

const bitsOf = (kinds: NonNullable<Filter["kinds"]>): number =>
  kinds.reduce((bits, kind) => bits | kindBit[kind], 0);

/** The longest beginnings of paths, all of equally many segments, of which there are few enough; none if there are not. */
function beginningsOf(paths: readonly string[]): string[] | undefined {
  const split = paths.map((path) => path.split("/"));
  for (let segments = Math.max(...split.map(({ length }) => length)) - 1; segments > 0; segments--) {
    const beginnings = new Set(split.map((parts) => parts.slice(0, segments).join("/")));
    if (beginnings.size <= mostKeys) return [...beginnings];
  }
  return undefined;
}
