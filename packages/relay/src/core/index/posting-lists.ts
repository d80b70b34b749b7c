/** The postings of each node: records one after the other in the node's block, or a wide list where they are too many. */
import { type Arena, largestBlock, offsetMask, regionShift } from "./arena.ts";
import { isWide, type KeyTree, records, state, usedMask } from "./key-tree.ts";
import { lengthMask, numberMask } from "./residual.ts";
import { WideList } from "./wide-list.ts";

/** Words of records in the largest block of a node. */
const mostInBlock = largestBlock - records;
/** A wide list of fewer words goes back into the node's block. */
const leastWide = mostInBlock / 2;

export class PostingLists {
  readonly #arena: Arena;
  readonly #tree: KeyTree;
  /** A node with a wide list has its number here in place of records. */
  readonly #wide: (WideList | undefined)[] = [];
  readonly #unusedWide: number[] = [];

  constructor(arena: Arena, tree: KeyTree) {
    this.#arena = arena;
    this.#tree = tree;
  }

  add(node: number, record: Int32Array, length: number): void {
    const words = this.#arena.regions[node >>> regionShift] as Int32Array;
    const at = node & offsetMask;
    const list = words[at + state] as number;
    const used = list & usedMask;
    if ((list & isWide) !== 0) {
      this.wide(words[at + records] as number).add(record, 0, length);
    } else if (records + used + length <= this.#arena.room(node)) {
      const to = at + records + used;
      for (let i = 0; i < length; i++) words[to + i] = record[i] as number;
      words[at + state] = list + length;
    } else if (used + length > mostInBlock) {
      this.add(this.#widen(node, used), record, length);
    } else {
      this.add(this.#move(node, used, Math.min(mostInBlock, used + length + (used >> 2))), record, length);
    }
  }

  /** Removes a filter's record, and the node if it was the last; there is one. */
  remove(node: number, record: Int32Array): void {
    const words = this.#arena.regions[node >>> regionShift] as Int32Array;
    const at = node & offsetMask;
    const list = words[at + state] as number;
    if ((list & isWide) !== 0) {
      const wide = this.wide(words[at + records] as number);
      wide.remove(record);
      if (wide.count < 2 && wide.used < leastWide) this.#narrow(node, wide);
      return;
    }
    const number = (record[0] as number) & numberMask;
    const used = list & usedMask;
    const start = at + records;
    let from = start;
    while (((words[from] as number) & numberMask) !== number) {
      from += (words[from + 1] as number) & lengthMask;
      if (from >= start + used) throw new Error("a posting is not where it was put");
    }
    const length = (words[from + 1] as number) & lengthMask;
    words.copyWithin(from, from + length, start + used);
    words[at + state] = list - length;
    const left = used - length;
    if (left === 0) this.#tree.prune(node);
    else if (2 * (records + left) < this.#arena.room(node)) this.#move(node, left, left);
  }

  wide(number: number): WideList {
    return this.#wide[number] as WideList;
  }

  /** The filter of one of a node's records; with `turn` counting up, of each in turn. */
  pick(node: number, turn: number): number {
    const words = this.#arena.regions[node >>> regionShift] as Int32Array;
    const at = node & offsetMask;
    const list = words[at + state] as number;
    const start = at + records;
    if ((list & isWide) === 0) return pickFrom(words, start, start + (list & usedMask), turn);
    const wide = this.wide(words[start] as number);
    const block = wide.block(turn % wide.count);
    return pickFrom(block.words, block.start, block.end, Math.floor(turn / wide.count));
  }

  /** Copies a node to a block with room for so many words of records. */
  #move(node: number, used: number, room: number): number {
    const copy = this.#arena.take(records + room);
    const from = this.#arena.regions[node >>> regionShift] as Int32Array;
    const at = node & offsetMask;
    const into = this.#arena.regions[copy >>> regionShift] as Int32Array;
    const to = copy & offsetMask;
    for (let word = 0; word < records + used; word++) into[to + word] = from[at + word] as number;
    this.#tree.moved(node, copy);
    this.#arena.give(node);
    return copy;
  }

  #widen(node: number, used: number): number {
    const words = this.#arena.regions[node >>> regionShift] as Int32Array;
    const at = node & offsetMask;
    const start = at + records;
    const wide = new WideList(this.#arena);
    for (let from = start; from < start + used; ) {
      const length = (words[from + 1] as number) & lengthMask;
      wide.add(words, from, length);
      from += length;
    }
    const number = this.#unusedWide.pop() ?? this.#wide.length;
    this.#wide[number] = wide;
    words[at + state] = ((words[at + state] as number) & ~usedMask) | isWide;
    words[start] = number;
    return this.#move(node, 1, 1);
  }

  #narrow(node: number, wide: WideList): void {
    const { used } = wide;
    const place = this.#move(node, 1, Math.max(1, used));
    const words = this.#arena.regions[place >>> regionShift] as Int32Array;
    const at = place & offsetMask;
    const number = words[at + records] as number;
    wide.empty(words, at + records);
    this.#wide[number] = undefined;
    this.#unusedWide.push(number);
    words[at + state] = ((words[at + state] as number) & ~isWide) | used;
    if (used === 0) this.#tree.prune(place);
  }
}

function pickFrom(words: Int32Array, start: number, end: number, turn: number): number {
  const starts: number[] = [];
  for (let at = start; at < end; at += (words[at + 1] as number) & lengthMask) starts.push(at);
  return (words[starts[turn % starts.length] as number] as number) & numberMask;
}
