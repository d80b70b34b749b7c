/** The look through the postings of a message's nodes: which records' residuals hold. */
import { type Arena, offsetMask, regionShift } from "./arena.ts";
import type { Carried } from "./carried.ts";
import { IntegerList } from "./integer-list.ts";
import { isWide, records, state, usedMask } from "./key-tree.ts";
import type { PostingLists } from "./posting-lists.ts";
import {
  any,
  anyPrice,
  isLong,
  isSeveral,
  lengthMask,
  numberMask,
  one,
  roughShift,
  terms,
} from "./residual.ts";

const tokenMask = 0x0fff_ffff;

export class Scan {
  /** The numbers of the filters that hold, each once. */
  readonly found = new IntegerList();
  /** The node that was looked through most in vain, and how many records of it did not hold. */
  wasteful = 0;
  waste = 0;
  readonly #arena: Arena;
  readonly #lists: PostingLists;
  readonly #message: Carried;
  /** A bit for each number: whether it is posted under several keys and was met. All are 0 between two messages. */
  #met = new Int32Array(32);
  /** The words of `#met` that are not 0. */
  readonly #touched = new IntegerList();

  constructor(arena: Arena, lists: PostingLists, message: Carried) {
    this.#arena = arena;
    this.#lists = lists;
    this.#message = message;
  }

  /** `asks` decides about a filter that no record can hold. */
  run(nodes: IntegerList, asks: (number: number) => boolean): void {
    this.found.clear();
    this.#forgetMet();
    this.wasteful = 0;
    this.waste = 0;
    const { hasPrice, rough, reach } = this.#message;
    const [least, most] = hasPrice ? [rough - reach, rough] : [0, rough];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes.items[i] as number;
      const words = this.#arena.regions[node >>> regionShift] as Int32Array;
      const at = node & offsetMask;
      const list = words[at + state] as number;
      const start = at + records;
      const before = this.found.length;
      let looked = 0;
      if ((list & isWide) === 0) looked = this.#range(words, start, start + (list & usedMask), asks);
      else {
        const wide = this.#lists.wide(words[start] as number);
        for (let k = 0; k < wide.count; k++) {
          if (wide.isBeyond(k, least, most)) continue;
          const block = wide.block(k);
          looked += this.#range(block.words, block.start, block.end, asks);
        }
      }
      const vain = looked - (this.found.length - before);
      if (vain > this.waste) {
        this.waste = vain;
        this.wasteful = node;
      }
    }
  }

  #range(words: Int32Array, from: number, end: number, asks: (number: number) => boolean): number {
    const { kind, rough, reach } = this.#message;
    let looked = 0;
    let at = from;
    while (at < end) {
      const head = words[at] as number;
      const shape = words[at + 1] as number;
      let test = at + 2;
      at += shape & lengthMask;
      looked += 1;
      if (((head >>> 28) & kind) === 0) continue;
      const price = shape >>> roughShift;
      if (price !== 0) {
        const above = rough - price;
        if ((above - 1) >>> 0 >= reach && (above !== 0 || !this.#reaches(words, test))) continue;
        test += 2;
      }
      if (test < at && !this.#holds(words, test, at)) continue;
      const number = head & numberMask;
      if ((shape & isSeveral) !== 0 && !this.#isNew(number)) continue;
      if ((shape & isLong) === 0 || asks(number)) this.found.push(number);
    }
    return looked;
  }

  #forgetMet(): void {
    for (let i = 0; i < this.#touched.length; i++) this.#met[this.#touched.items[i] as number] = 0;
    this.#touched.clear();
  }

  /** Whether it was not found before. */
  #isNew(number: number): boolean {
    const word = number >>> 5;
    if (word >= this.#met.length) this.#met = longer(this.#met, word);
    const met = this.#met[word] as number;
    const bit = 1 << number;
    if ((met & bit) !== 0) return false;
    this.#met[word] = met | bit;
    this.#touched.push(word);
    return true;
  }

  #holds(words: Int32Array, from: number, end: number): boolean {
    const message = this.#message;
    let at = from;
    while (at < end) {
      const word = words[at] as number;
      switch (word >>> 28) {
        case one:
          if (!message.has(word & tokenMask)) return false;
          at += 1;
          break;
        case any: {
          const last = at + (word & tokenMask);
          while (at < last && !message.has(words[at + 1] as number)) at += 1;
          if (at === last) return false;
          at = last + 1;
          break;
        }
        case anyPrice: {
          const last = at + 1 + 2 * (word & tokenMask);
          at += 1;
          while (at < last && message.hasPrice && !this.#reaches(words, at)) at += 2;
          if (at === last) return false;
          at = last;
          break;
        }
        case terms:
          if (!this.#accepts(words, at + 1, word & tokenMask)) return false;
          at += 1 + (word & tokenMask);
          break;
        default:
          if (!this.#isBetween(words, at + 1)) return false;
          at += 5;
      }
    }
    return true;
  }

  /** Whether the message's price reaches that of two words. */
  #reaches(words: Int32Array, at: number): boolean {
    const word = words[at] as number;
    if ((word & 0x7fff) !== this.#message.currency) return false;
    return ((word >>> 15) & 0x1fff) * 2 ** 32 + ((words[at + 1] as number) >>> 0) <= this.#message.mostPrice;
  }

  #accepts(words: Int32Array, from: number, count: number): boolean {
    const { required, requiresUnknown } = this.#message;
    if (requiresUnknown) return false;
    for (let i = 0; i < required.length; i++) {
      let at = from;
      while (at < from + count && words[at] !== required.items[i]) at += 1;
      if (at === from + count) return false;
    }
    return true;
  }

  #isBetween(words: Int32Array, at: number): boolean {
    const moment = (i: number) => (words[i] as number) * 2 ** 32 + ((words[i + 1] as number) >>> 0);
    return moment(at) <= this.#message.issued && this.#message.issued <= moment(at + 2);
  }
}

/** The words, with room for this one and as many again. */
function longer(words: Int32Array, word: number): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * (word + 1));
  result.set(words);
  return result;
}
