/**
 * From hashes to references, in pieces that split and merge by themselves (extendible hashing: Fagin et al., 1979), so
 * that no insertion waits for a table to be copied. Several references may have one hash; the caller tells them apart.
 */
import { type Arena, offsetMask, regionShift } from "./arena.ts";
import {
  clear,
  depthOf,
  each,
  empty,
  firstSlot,
  isStale,
  lastSlot,
  mostTaken,
  pieceWords,
  put,
  settle,
  slots,
  takenOf,
} from "./piece.ts";

/** A piece at this depth splits no more: so many leading bits agree only where somebody made them agree. */
const mostDepth = 20;
/** Two pieces with fewer references in all become one. */
const fewTaken = slots / 4;

/** Words of marks. A hash leaves two bits in one of them. */
const marksOfPlace = 16;
const bitsOf = (mix: number): number => (1 << mix) | (1 << (mix >>> 5));

export class SegmentedTable {
  readonly #arena: Arena;
  /** By the leading bits of a hash, the piece it leads to. */
  #pieces: Int32Array;
  #depth = 0;
  /** A small Bloom filter for each place in `#pieces`. They lie together, so that most of them stay in a near cache. */
  #marks = new Int32Array(marksOfPlace);
  /** What a full piece that cannot split has no room for. */
  readonly #beyond = new Map<number, number[]>();
  /** Where the last `first` or `next` stopped: a piece, and a slot or, beyond, a place in a list counted down from −1. */
  #piece: number;
  #slot = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#piece = this.#make(0);
    this.#pieces = Int32Array.of(this.#piece);
  }

  /** False only where no reference has this hash. It touches less memory than `first`. */
  mayHold(hash: number): boolean {
    const mix = Math.imul(hash, 0x9e3779b1);
    const bits = bitsOf(mix);
    return ((this.#marks[this.#markOf(hash, mix)] as number) & bits) === bits;
  }

  /** What stands where `first` begins to look: some reference, or 0. */
  beginning(hash: number): number {
    const piece = this.#pieces[this.#place(hash)] as number;
    const slot = hash & lastSlot;
    return this.#words(piece)[(piece & offsetMask) + firstSlot + 2 * slot + 1] as number;
  }

  /** A reference with this hash, or 0. */
  first(hash: number): number {
    this.#piece = this.#pieces[this.#place(hash)] as number;
    return this.#seek(hash, hash & lastSlot);
  }

  /** The one after that which `first` or `next` has given. */
  next(hash: number): number {
    return this.#slot < 0 ? this.#listed(hash, -this.#slot) : this.#seek(hash, (this.#slot + 1) & lastSlot);
  }

  add(hash: number, reference: number): void {
    for (;;) {
      const piece = this.#pieces[this.#place(hash)] as number;
      const words = this.#words(piece);
      const at = piece & offsetMask;
      if (takenOf(words, at) < mostTaken) {
        put(words, at, hash, reference);
        this.#mark(hash);
        return;
      }
      if (depthOf(words, at) === mostDepth) {
        this.#mark(hash);
        this.#beyond.set(hash, [...(this.#beyond.get(hash) ?? []), reference]);
        return;
      }
      this.#split(piece, hash);
    }
  }

  replace(hash: number, old: number, reference: number): void {
    this.#find(hash, old);
    if (this.#slot < 0) (this.#beyond.get(hash) as number[])[-1 - this.#slot] = reference;
    else this.#words(this.#piece)[(this.#piece & offsetMask) + firstSlot + 2 * this.#slot + 1] = reference;
  }

  remove(hash: number, reference: number): void {
    this.#find(hash, reference);
    if (this.#slot < 0) {
      const left = (this.#beyond.get(hash) as number[]).filter((one) => one !== reference);
      if (left.length === 0) this.#beyond.delete(hash);
      else this.#beyond.set(hash, left);
      return;
    }
    const words = this.#words(this.#piece);
    const at = this.#piece & offsetMask;
    empty(words, at, this.#slot);
    // What is beyond has no other place where it is remembered.
    if (isStale(words, at) && this.#beyond.size === 0) {
      settle(words, at);
      this.#markAnew(this.#piece, hash);
    }
    if (takenOf(words, at) < fewTaken / 2) this.#merge(this.#piece, hash);
  }

  #place(hash: number): number {
    // Two shifts, because one by 32 would be one by 0.
    return (hash >>> 1) >>> (31 - this.#depth);
  }

  #mark(hash: number): void {
    const mix = Math.imul(hash, 0x9e3779b1);
    const at = this.#markOf(hash, mix);
    this.#marks[at] = (this.#marks[at] as number) | bitsOf(mix);
  }

  #markOf(hash: number, mix: number): number {
    return this.#place(hash) * marksOfPlace + (mix >>> 28);
  }

  /** Marks what a piece holds, and nothing else that leads there: `hash` is any of them. */
  #markAnew(piece: number, hash: number): void {
    const words = this.#words(piece);
    const width = 1 << (this.#depth - depthOf(words, piece & offsetMask));
    const from = this.#place(hash) & -width;
    this.#marks.fill(0, from * marksOfPlace, (from + width) * marksOfPlace);
    each(words, piece & offsetMask, (one) => this.#mark(one));
  }

  #words(piece: number): Int32Array {
    return this.#arena.regions[piece >>> regionShift] as Int32Array;
  }

  #seek(hash: number, from: number): number {
    const words = this.#words(this.#piece);
    const at = (this.#piece & offsetMask) + firstSlot;
    for (let slot = from; ; slot = (slot + 1) & lastSlot) {
      const reference = words[at + 2 * slot + 1] as number;
      if (reference !== 0 && words[at + 2 * slot] !== hash) continue;
      this.#slot = slot;
      return reference !== 0 || this.#beyond.size === 0 ? reference : this.#listed(hash, 0);
    }
  }

  #listed(hash: number, place: number): number {
    this.#slot = -1 - place;
    return this.#beyond.get(hash)?.[place] ?? 0;
  }

  #find(hash: number, reference: number): void {
    let found = this.first(hash);
    while (found !== reference) {
      if (found === 0) throw new Error("a reference is not where it was put");
      found = this.next(hash);
    }
  }

  #make(depth: number): number {
    const piece = this.#arena.take(pieceWords);
    clear(this.#words(piece), piece & offsetMask, depth);
    return piece;
  }

  /** Puts a piece where its hashes lead: `hash` is any of them. */
  #install(piece: number, hash: number): void {
    const width = 1 << (this.#depth - depthOf(this.#words(piece), piece & offsetMask));
    const from = this.#place(hash) & -width;
    this.#pieces.fill(piece, from, from + width);
  }

  #copy(from: number, to: (hash: number) => number): void {
    each(this.#words(from), from & offsetMask, (hash, reference) => {
      const piece = to(hash);
      put(this.#words(piece), piece & offsetMask, hash, reference);
    });
    this.#arena.give(from);
  }

  #split(piece: number, hash: number): void {
    const depth = depthOf(this.#words(piece), piece & offsetMask);
    if (depth === this.#depth) {
      this.#pieces = eachTwice(this.#pieces, 1);
      this.#marks = eachTwice(this.#marks, marksOfPlace);
      this.#depth += 1;
    }
    const bit = 1 << (31 - depth);
    const lower = this.#make(depth + 1);
    const upper = this.#make(depth + 1);
    this.#install(lower, hash & ~bit);
    this.#install(upper, hash | bit);
    this.#copy(piece, (one) => ((one & bit) === 0 ? lower : upper));
    this.#markAnew(lower, hash & ~bit);
    this.#markAnew(upper, hash | bit);
  }

  /** A piece that is nearly empty joins the one beside it. */
  #merge(piece: number, hash: number): void {
    const words = this.#words(piece);
    const at = piece & offsetMask;
    const depth = depthOf(words, at);
    if (depth === 0 || this.#beyond.size > 0) return;
    const beside = this.#pieces[this.#place(hash ^ (1 << (32 - depth)))] as number;
    const besideWords = this.#words(beside);
    if (depthOf(besideWords, beside & offsetMask) !== depth) return;
    if (takenOf(words, at) + takenOf(besideWords, beside & offsetMask) > fewTaken) return;
    const joined = this.#make(depth - 1);
    this.#install(joined, hash);
    this.#copy(piece, () => joined);
    this.#copy(beside, () => joined);
  }
}

/** Each run of so many words, two times. */
function eachTwice(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * words.length);
  for (let from = 0; from < words.length; from += length) {
    for (let i = from; i < from + length; i++) {
      result[from + i] = words[i] as number;
      result[from + length + i] = words[i] as number;
    }
  }
  return result;
}
