/**
 * The access keys in use, as a tree: a key is one to three tokens, a node is a key or the beginning of one, and carries the
 * postings under it. A node of one token is found through the vocabulary, a deeper one through a table; children of a node
 * are also chained, so that a message with very many tokens walks the children that there are and not all that could be.
 *
 * ```
 * block of a node: three tokens, next and previous sibling, first child, number of children, state, records …
 * ```
 */
import { type Arena, offsetMask, regionShift } from "./arena.ts";
import { SegmentedTable } from "./segmented-table.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const first = 0;
export const second = 1;
export const third = 2;
export const next = 3;
const previous = 4;
export const child = 5;
export const children = 6;
/** Words of records, what their list is like, and what children there have been. */
export const state = 7;
export const records = 8;

export const usedMask = 0x1ff;
export const isWide = 1 << 9;
/** There are or were children by a second token. */
export const hasPairs = 1 << 10;
/** The signature of the third tokens of the children that there are or were. */
export const signatureMask = 0xffff << 11;

export class KeyTree {
  readonly #arena: Arena;
  readonly #vocabulary: Vocabulary;
  readonly #table: SegmentedTable;
  readonly #seed: number;

  constructor(arena: Arena, vocabulary: Vocabulary, seed: number) {
    this.#arena = arena;
    this.#vocabulary = vocabulary;
    this.#table = new SegmentedTable(arena);
    this.#seed = seed;
  }

  /** The node of one token alone, or 0. */
  root(one: number): number {
    return this.#vocabulary.node(one);
  }

  /** The node of a key, or 0. Absent tokens are 0. */
  find(one: number, two: number, three: number): number {
    if (two === 0 && three === 0) return this.root(one);
    const hash = this.hash(this.half(one, two), three);
    return this.mayHold(hash) ? this.seek(hash, one, two, three) : 0;
  }

  /** The node of a key, made with room for so many words of records if there is none. */
  make(one: number, two: number, three: number, room: number): number {
    const known = this.find(one, two, three);
    if (known !== 0) return known;
    const node = this.#arena.take(records + room);
    const words = this.#arena.regions[node >>> regionShift] as Int32Array;
    const at = node & offsetMask;
    for (let word = at; word < at + records; word++) words[word] = 0;
    words[at + first] = one;
    words[at + second] = two;
    words[at + third] = three;
    if (two === 0 && three === 0) {
      this.#vocabulary.setNode(one, node);
    } else {
      this.#table.add(this.hash(this.half(one, two), three), node);
      const parent = this.make(one, three === 0 ? 0 : two, 0, 0);
      this.#adopt(parent, node, three === 0 ? hasPairs : this.signature(three));
    }
    return node;
  }

  /** A node's block was copied elsewhere: what leads to it leads there now. */
  moved(old: number, node: number): void {
    const one = this.get(node, first);
    const two = this.get(node, second);
    const three = this.get(node, third);
    if (two === 0 && three === 0) {
      this.#vocabulary.setNode(one, node);
      return;
    }
    this.#table.replace(this.hash(this.half(one, two), three), old, node);
    const before = this.get(node, previous);
    const after = this.get(node, next);
    if (before !== 0) this.#set(before, next, node);
    else this.#set(this.find(one, three === 0 ? 0 : two, 0), child, node);
    if (after !== 0) this.#set(after, previous, node);
  }

  /** Removes a node without records and children, and then its parent if nothing is left of that. */
  prune(node: number): void {
    const isBare = (this.get(node, state) & (usedMask | isWide)) === 0 && this.get(node, children) === 0;
    if (!isBare) return;
    const one = this.get(node, first);
    const two = this.get(node, second);
    const three = this.get(node, third);
    if (two === 0 && three === 0) {
      this.#vocabulary.setNode(one, 0);
      this.#arena.give(node);
      return;
    }
    this.#table.remove(this.hash(this.half(one, two), three), node);
    const parent = this.find(one, three === 0 ? 0 : two, 0);
    this.#orphan(parent, node);
    this.#arena.give(node);
    this.prune(parent);
  }

  /** A part of a node. */
  get(node: number, part: number): number {
    return (this.#arena.regions[node >>> regionShift] as Int32Array)[(node & offsetMask) + part] as number;
  }

  /** One of sixteen bits, by which most third tokens are told from those of a node's children without looking them up. */
  signature(three: number): number {
    return 1 << (11 + (Math.imul(three, this.#seed | 1) >>> 28));
  }

  /** The part of a key's hash that its first two tokens make. */
  half(one: number, two: number): number {
    const mixed = Math.imul(one ^ this.#seed, 0x85ebca6b);
    return Math.imul(mixed ^ (mixed >>> 13) ^ Math.imul(two, 0x9e3779b1), 0xc2b2ae35);
  }

  hash(half: number, three: number): number {
    let mixed = half ^ (half >>> 16) ^ Math.imul(three, 0x27d4eb2f);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
    return mixed ^ (mixed >>> 15);
  }

  /** False only where there is no node with this hash. */
  mayHold(hash: number): boolean {
    return this.#table.mayHold(hash);
  }

  /** What stands where `seek` begins: some node, or 0. */
  beginning(hash: number): number {
    return this.#table.beginning(hash);
  }

  /** The node of two or three tokens with this hash, or 0. */
  seek(hash: number, one: number, two: number, three: number): number {
    let node = this.#table.first(hash);
    while (node !== 0) {
      const words = this.#arena.regions[node >>> regionShift] as Int32Array;
      const at = node & offsetMask;
      if (words[at + first] === one && words[at + second] === two && words[at + third] === three) return node;
      node = this.#table.next(hash);
    }
    return 0;
  }

  #adopt(parent: number, node: number, kind: number): void {
    const eldest = this.get(parent, child);
    if (eldest !== 0) this.#set(eldest, previous, node);
    this.#set(node, next, eldest);
    this.#set(parent, child, node);
    this.#set(parent, children, this.get(parent, children) + 1);
    this.#set(parent, state, this.get(parent, state) | kind);
  }

  #orphan(parent: number, node: number): void {
    const before = this.get(node, previous);
    const after = this.get(node, next);
    if (before !== 0) this.#set(before, next, after);
    else this.#set(parent, child, after);
    if (after !== 0) this.#set(after, previous, before);
    const left = this.get(parent, children) - 1;
    this.#set(parent, children, left);
    if (left === 0) this.#set(parent, state, this.get(parent, state) & ~(hasPairs | signatureMask));
  }

  #set(node: number, part: number, value: number): void {
    (this.#arena.regions[node >>> regionShift] as Int32Array)[(node & offsetMask) + part] = value;
  }
}
