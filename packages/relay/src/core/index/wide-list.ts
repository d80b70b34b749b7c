/**
 * A list of records that is too long for a node's block: blocks of records in one order, by `orderOf` and then by the
 * filters' numbers, with both of the first in each block, so that a record is found and removed in a long list as quickly as
 * in a short one.
 *
 * ```
 * block: words of records in it, records …
 * ```
 */
import { type Arena, largestBlock, offsetMask, regionShift } from "./arena.ts";
import { lengthMask, numberMask, orderOf, roughBits } from "./residual.ts";

/** Words for records in a block. */
const room = largestBlock - 1;

export class WideList {
  /** By block: its address, and the order and number of its first record. */
  blocks = new Int32Array(8);
  #orders = new Int32Array(8);
  #numbers = new Int32Array(8);
  count = 0;
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Words of records in all. */
  get used(): number {
    let used = 0;
    for (let i = 0; i < this.count; i++) used += this.#used(i);
    return used;
  }

  add(record: Int32Array, from: number, length: number): void {
    const order = orderOf(record[from + 1] as number);
    const number = (record[from] as number) & numberMask;
    if (this.count === 0) this.#insert(0, order, number);
    let i = this.#holder(order, number);
    if (this.#used(i) + length > room) {
      this.#makeRoom(i, order, number);
      i = this.#holder(order, number);
    }
    const { words, start, end } = this.block(i);
    let at = start;
    while (at < end && isBefore(words, at, order, number)) at += lengthOf(words, at);
    words.copyWithin(at + length, at, end);
    for (let word = 0; word < length; word++) words[at + word] = record[from + word] as number;
    words[start - 1] = end - start + length;
    if (at === start) {
      this.#orders[i] = order;
      this.#numbers[i] = number;
    }
  }

  /** Removes a record that is equal to this one; there is one. */
  remove(record: Int32Array): void {
    const number = (record[0] as number) & numberMask;
    let i = this.#holder(orderOf(record[1] as number), number);
    let at = this.#find(i, number);
    // Equal records can stand in two blocks.
    while (at < 0) at = this.#find(--i, number);
    const { words, start, end } = this.block(i);
    const length = lengthOf(words, at);
    words.copyWithin(at, at + length, end);
    words[start - 1] = end - start - length;
    if (end - start === length) this.#delete(i);
    else this.#tidy(i);
  }

  /**
   * Whether a block has nothing for a message whose price is between these two: `roughly` of the least in its currency, and
   * its own.
   */
  isBeyond(i: number, least: number, most: number): boolean {
    const first = this.#orders[i] as number;
    const next = i + 1 < this.count ? (this.#orders[i + 1] as number) : -1;
    if (first >>> roughBits !== next >>> roughBits) return false;
    const rough = first & roughMask;
    return rough > most || (rough > 0 && (next & roughMask) < least);
  }

  /** Copies all records to one place and frees the blocks. */
  empty(into: Int32Array, at: number): void {
    let to = at;
    for (let i = 0; i < this.count; i++) {
      const { words, start, end } = this.block(i);
      into.set(words.subarray(start, end), to);
      to += end - start;
      this.#arena.give(this.blocks[i] as number);
    }
    this.count = 0;
  }

  /** Where the records of a block stand. */
  block(i: number): { words: Int32Array; start: number; end: number } {
    const address = this.blocks[i] as number;
    const words = this.#arena.regions[address >>> regionShift] as Int32Array;
    const start = (address & offsetMask) + 1;
    return { words, start, end: start + (words[start - 1] as number) };
  }

  #used(i: number): number {
    const { start, end } = this.block(i);
    return end - start;
  }

  /** The last block that begins with such a record or one before it, or the first. */
  #holder(order: number, number: number): number {
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const from = this.#orders[middle] as number;
      if (from < order || (from === order && (this.#numbers[middle] as number) <= number)) low = middle;
      else high = middle;
    }
    return low;
  }

  #find(i: number, number: number): number {
    const { words, start, end } = this.block(i);
    for (let at = start; at < end; at += lengthOf(words, at)) {
      if (((words[at] as number) & numberMask) === number) return at;
    }
    return -1;
  }

  /** Half of a full block moves, unless what comes belongs behind all. */
  #makeRoom(i: number, order: number, number: number): void {
    const { words, start, end } = this.block(i);
    let middle = 0;
    let last = start;
    for (let at = start; at < end; at += lengthOf(words, at)) {
      if (middle === 0 && at - start >= room / 2) middle = at;
      last = at;
    }
    if (i === this.count - 1 && isBefore(words, last, order, number)) {
      this.#insert(i + 1, order, number);
      return;
    }
    this.#insert(i + 1, orderOf(words[middle + 1] as number), (words[middle] as number) & numberMask);
    const half = this.block(i + 1);
    half.words.set(words.subarray(middle, end), half.start);
    half.words[half.start - 1] = end - middle;
    words[start - 1] = middle - start;
  }

  /** Joins a block that is nearly empty with one beside it. */
  #tidy(i: number): void {
    if (this.count === 1 || this.#used(i) > room / 4) return;
    const left = i === 0 ? 0 : i - 1;
    const one = this.block(left);
    const other = this.block(left + 1);
    const joined = one.end - one.start + other.end - other.start;
    if (joined > room / 2) return;
    one.words.set(other.words.subarray(other.start, other.end), one.end);
    one.words[one.start - 1] = joined;
    this.#delete(left + 1);
  }

  #insert(i: number, order: number, number: number): void {
    if (this.count === this.blocks.length) {
      this.blocks = doubled(this.blocks);
      this.#orders = doubled(this.#orders);
      this.#numbers = doubled(this.#numbers);
    }
    this.blocks.copyWithin(i + 1, i, this.count);
    this.#orders.copyWithin(i + 1, i, this.count);
    this.#numbers.copyWithin(i + 1, i, this.count);
    const address = this.#arena.take(largestBlock);
    (this.#arena.regions[address >>> regionShift] as Int32Array)[address & offsetMask] = 0;
    this.blocks[i] = address;
    this.#orders[i] = order;
    this.#numbers[i] = number;
    this.count += 1;
  }

  #delete(i: number): void {
    this.#arena.give(this.blocks[i] as number);
    this.blocks.copyWithin(i, i + 1, this.count);
    this.#orders.copyWithin(i, i + 1, this.count);
    this.#numbers.copyWithin(i, i + 1, this.count);
    this.count -= 1;
  }
}

const roughMask = (1 << roughBits) - 1;

/** Whether the record there stands before one of this order and number. */
function isBefore(words: Int32Array, at: number, order: number, number: number): boolean {
  const other = orderOf(words[at + 1] as number);
  return other < order || (other === order && ((words[at] as number) & numberMask) < number);
}

const lengthOf = (words: Int32Array, at: number): number => (words[at + 1] as number) & lengthMask;

function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(2 * list.length);
  twice.set(list);
  return twice;
}
