/**
 * The vocabulary: every text that a filter in the index names, as a small integer, its token. Equal tokens are equal texts,
 * whatever their hashes are, so that what is decided by tokens needs no second look.
 *
 * ```
 * block of a text: space, hash, uses, node of the key tree, length, then two UTF-16 code units a word
 * ```
 */
import { type Arena, largestBlock, offsetMask, regionShift } from "./arena.ts";
import { SegmentedTable } from "./segmented-table.ts";

/** Kinds of texts. A category and a word of the same letters are two tokens. */
export const space = {
  kind: 1,
  author: 2,
  mailbox: 3,
  category: 4,
  place: 5,
  attribute: 6,
  word: 7,
  terms: 8,
} as const;

const types = ["boolean", "number", "string"];
/** The space of an attribute's values of one type: a number and the text that looks like it are two values. */
export const valueSpace = (attribute: number, value: unknown): number =>
  16 + 4 * attribute + types.indexOf(typeof value);

const spaceAt = 0;
const hashAt = 1;
const usesAt = 2;
const nodeAt = 3;
const lengthAt = 4;
const unitsAt = 5;

/** Far more than the schema of filters lets through, folded or not. */
const mostUnits = 2 * (largestBlock - unitsAt);

/** Blocks begin at multiples of four words, so that a token is a quarter of the address. */
const toAddress = 2;

export class Vocabulary {
  readonly #arena: Arena;
  readonly #table: SegmentedTable;
  /** How many texts there are in each space below 16. */
  readonly #held = new Int32Array(16);

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#table = new SegmentedTable(arena);
  }

  /** Whether there is any text in a space: otherwise there is nothing to look for. */
  holdsAny(inSpace: number): boolean {
    return (this.#held[inSpace] as number) > 0;
  }

  /** The token of a text's beginning of this length, or 0. */
  find(inSpace: number, text: string, length: number, hash: number): number {
    let address = this.#table.first(hash);
    while (address !== 0 && !this.#is(address, inSpace, text, length)) address = this.#table.next(hash);
    return address >>> toAddress;
  }

  /** The token of a text, made if there is none; it is kept until it has been released as often as it was taken. */
  take(inSpace: number, text: string, hash: number): number {
    const token = this.find(inSpace, text, text.length, hash) || this.#make(inSpace, text, hash);
    const words = this.#words(token);
    const at = ((token << toAddress) & offsetMask) + usesAt;
    words[at] = (words[at] as number) + 1;
    return token;
  }

  release(token: number): void {
    const words = this.#words(token);
    const at = (token << toAddress) & offsetMask;
    const uses = (words[at + usesAt] as number) - 1;
    words[at + usesAt] = uses;
    if (uses > 0) return;
    this.#count(words[at + spaceAt] as number, -1);
    this.#table.remove(words[at + hashAt] as number, token << toAddress);
    this.#arena.give(token << toAddress);
  }

  /** The node of the key tree that stands for the token alone, or 0. */
  node(token: number): number {
    return this.#words(token)[((token << toAddress) & offsetMask) + nodeAt] as number;
  }

  setNode(token: number, node: number): void {
    this.#words(token)[((token << toAddress) & offsetMask) + nodeAt] = node;
  }

  #words(token: number): Int32Array {
    return this.#arena.regions[token >>> (regionShift - toAddress)] as Int32Array;
  }

  #is(address: number, inSpace: number, text: string, length: number): boolean {
    const words = this.#arena.regions[address >>> regionShift] as Int32Array;
    const at = address & offsetMask;
    if (words[at + spaceAt] !== inSpace || words[at + lengthAt] !== length) return false;
    let word = at + unitsAt;
    for (let i = 0; i + 1 < length; i += 2, word++) {
      if (words[word] !== (text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))) return false;
    }
    return length % 2 === 0 || words[word] === text.charCodeAt(length - 1);
  }

  #make(inSpace: number, text: string, hash: number): number {
    const { length } = text;
    if (length > mostUnits) throw new RangeError(`a filter with a text of ${length} characters`);
    const address = this.#arena.take(unitsAt + Math.ceil(length / 2));
    const words = this.#arena.regions[address >>> regionShift] as Int32Array;
    const at = address & offsetMask;
    words[at + spaceAt] = inSpace;
    words[at + hashAt] = hash;
    words[at + usesAt] = 0;
    words[at + nodeAt] = 0;
    words[at + lengthAt] = length;
    for (let i = 0; i < length; i += 2) {
      const second = i + 1 < length ? text.charCodeAt(i + 1) : 0;
      words[at + unitsAt + (i >> 1)] = text.charCodeAt(i) | (second << 16);
    }
    this.#table.add(hash, address);
    this.#count(inSpace, 1);
    return address >>> toAddress;
  }

  #count(inSpace: number, by: number): void {
    if (inSpace < this.#held.length) this.#held[inSpace] = (this.#held[inSpace] as number) + by;
  }
}
