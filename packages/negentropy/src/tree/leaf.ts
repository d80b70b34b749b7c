/** The lowest nodes of the tree: up to 64 keys in order, and the sum of their ids. */
import { compareKeys, type Key, keyWords } from "../key.ts";
import { addTo, emptySum, type Sum, subtractFrom } from "../sum.ts";

const mostKeys = 64;
/** With no more keys than these a leaf is joined with its neighbour. */
const fewKeys = 24;
/** Two leaves become one of at most so many keys: with room, so that one key to and fro does not split it again. */
const mostJoined = 48;

export class Leaf {
  /** Only the set whose epoch this is may change the node. */
  readonly epoch: number;
  readonly sum: Sum;
  readonly keys: Uint32Array;
  count: number;

  /** Takes in keys that are in order. */
  constructor(epoch: number, keys: Uint32Array = new Uint32Array(0), sum: Sum = sumOf(keys)) {
    this.epoch = epoch;
    this.count = keys.length / keyWords;
    this.keys = new Uint32Array(mostKeys * keyWords);
    this.keys.set(keys);
    this.sum = sum;
  }

  get isFull(): boolean {
    return this.count === mostKeys;
  }

  get isSparse(): boolean {
    return this.count <= fewKeys;
  }

  copy(epoch: number): Leaf {
    return new Leaf(epoch, this.#slice(0, this.count), this.sum.slice());
  }

  /** How many keys are less. */
  rank(key: Key): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.keys, middle * keyWords, key, 0) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(key: Key): boolean {
    const index = this.rank(key);
    return index < this.count && compareKeys(this.keys, index * keyWords, key, 0) === 0;
  }

  /** The leaf has room for the key and does not hold it. */
  insert(key: Key): void {
    const at = this.rank(key) * keyWords;
    this.keys.copyWithin(at + keyWords, at, this.count * keyWords);
    this.keys.set(key, at);
    this.count++;
    addTo(this.sum, key, 2);
  }

  /** The leaf holds the key. */
  remove(key: Key): void {
    const at = this.rank(key) * keyWords;
    this.keys.copyWithin(at, at + keyWords, this.count * keyWords);
    this.count--;
    subtractFrom(this.sum, key, 2);
  }

  /**
   * Moves the upper half into a new leaf, to make room for a key; nothing at all when the key follows all others: what
   * arrives in order fills its leaves.
   */
  split(key: Key): { readonly right: Leaf; readonly low: Key } {
    const follows = this.rank(key) === this.count;
    const stays = follows ? this.count : this.count >>> 1;
    const right = new Leaf(this.epoch, this.#slice(stays, this.count));
    this.count = stays;
    subtractFrom(this.sum, right.sum);
    return { right, low: follows ? key.slice() : right.keys.slice(0, keyWords) };
  }

  /** One leaf with the keys of both, or two that share them evenly where one would be nearly full. */
  static join(left: Leaf, right: Leaf, epoch: number): Joined<Leaf> {
    const keys = new Uint32Array((left.count + right.count) * keyWords);
    keys.set(left.#slice(0, left.count));
    keys.set(right.#slice(0, right.count), left.count * keyWords);
    const count = left.count + right.count;
    if (count <= mostJoined) return { left: new Leaf(epoch, keys) };
    const half = (count >>> 1) * keyWords;
    return {
      left: new Leaf(epoch, keys.subarray(0, half)),
      right: new Leaf(epoch, keys.subarray(half)),
      low: keys.slice(half, half + keyWords),
    };
  }

  #slice(from: number, to: number): Uint32Array {
    return this.keys.subarray(from * keyWords, to * keyWords);
  }
}

/** What two neighbours became: one node, or two and the key at which the second begins. */
export type Joined<T> =
  | { readonly left: T; readonly right?: never }
  | { readonly left: T; readonly right: T; readonly low: Key };

function sumOf(keys: Uint32Array): Sum {
  const sum = emptySum();
  for (let at = 0; at < keys.length; at += keyWords) addTo(sum, keys, at + 2);
  return sum;
}
