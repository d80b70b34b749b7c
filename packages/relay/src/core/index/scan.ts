/** The look through the postings of a message's nodes: which records' residuals hold. */
import { type Arena, offsetMask, regionShift } from "./arena.ts";
import type { Carried } from "./carried.ts";
import { IntegerList } from "./integer-list.ts";
import { IntegerSet } from "./integer-set.ts";
import { isWide, records, state, usedMask } from "./key-tree.ts";
import type { PostingLists } from "./posting-lists.ts";
import {
  any,
  anyPrice,
  ask,
  isSeveral,
  issued,
  lengthMask,
  numberMask,
  one,
  price,
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
  /** Numbers, counted from 1, of filters that are posted under several keys and were found. */
  readonly #several: IntegerSet;

  constructor(arena: Arena, lists: PostingLists, message: Carried, factor: number) {
    this.#arena = arena;
    this.#lists = lists;
    this.#message = message;
    this.#several = new IntegerSet(factor);
  }

  /** `asks` decides about a filter that no record can hold. */
  run(nodes: IntegerList, asks: (number: number) => boolean): void {
    this.found.clear();
    this.#several.clear();
    this.wasteful = 0;
    this.waste = 0;
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
    const { kind } = this.#message;
    let looked = 0;
    let at = from;
    while (at < end) {
      const head = words[at] as number;
      const shape = words[at + 1] as number;
      const next = at + (shape & lengthMask);
      looked += 1;
      if (((head >>> 28) & kind) !== 0 && this.#holds(words, at + 2, next)) {
        const number = head & numberMask;
        const isLong = next === at + 3 && (words[at + 2] as number) >>> 28 === ask;
        const isNew = (shape & isSeveral) === 0 || this.#several.add(number + 1);
        if (isNew && (!isLong || asks(number))) this.found.push(number);
      }
      at = next;
    }
    return looked;
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
        case price:
          if (message.hasPrice && !this.#reaches(words, at)) return false;
          at += 2;
          break;
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
        case issued:
          if (!this.#isBetween(words, at + 1)) return false;
          at += 5;
          break;
        default:
          return true;
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
