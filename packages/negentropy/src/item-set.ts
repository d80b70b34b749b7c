/**
 * A set of items that changes all the time and can be reconciled at any moment: a B+ tree whose nodes know how many
 * items lie below them and what their ids add up to, so that the fingerprint of any range takes a few hundred additions.
 */
import { type Key, keyOf } from "./key.ts";
import type { Sum } from "./sum.ts";
import { Inner, type Node } from "./tree/inner.ts";
import { Leaf } from "./tree/leaf.ts";
import { addRange, hasKey, keyAt, rankOf, visitRange } from "./tree/read.ts";

/** A set as it was at one moment, for a reconciliation to work on while the set goes on changing. */
export class Snapshot {
  readonly #root: Node;

  constructor(root: Node) {
    this.#root = root;
  }

  get size(): number {
    return this.#root.count;
  }

  has(timestamp: number | bigint, id: Uint8Array): boolean {
    return hasKey(this.#root, keyOf(timestamp, id));
  }

  /** How many items come before a bound. */
  rank(bound: Key): number {
    return rankOf(this.#root, bound);
  }

  /** The key of the item of a number, counted from 0 in the order of all items. */
  keyAt(index: number): Key {
    return keyAt(this.#root, index);
  }

  /** Adds up the ids of the items from one number up to, not including, another. */
  addTo(sum: Sum, from: number, to: number): void {
    addRange(this.#root, from, to, sum);
  }

  /** Shows the keys of a range in order: the array that each lies in, and where. */
  visit(from: number, to: number, visit: (keys: Uint32Array, at: number) => void): void {
    visitRange(this.#root, from, to, visit);
  }
}

/**
 * The items of one relay and one topic, say. `add`, `remove` and `has` take time that grows with the logarithm of the
 * size; a snapshot takes none, and afterwards each node is copied once when something in it changes.
 *
 * @example
 * const set = new ItemSet();
 * set.add(1_795_435_200, id); // true: it was not there
 * set.add(1_795_435_200, id); // false
 */
export class ItemSet {
  #epoch = 0;
  #root: Node = new Leaf(0);

  get size(): number {
    return this.#root.count;
  }

  has(timestamp: number | bigint, id: Uint8Array): boolean {
    return hasKey(this.#root, keyOf(timestamp, id));
  }

  /**
   * Adds an item, and tells whether it was missing. Throws a RangeError on an id that does not have 32 bytes, and on a
   * timestamp that is no integer from 0 to 2^64 − 2.
   */
  add(timestamp: number | bigint, id: Uint8Array): boolean {
    const key = keyOf(timestamp, id);
    if (hasKey(this.#root, key)) return false;
    let node = this.#ownRoot();
    if (node.isFull) {
      const { right, low } = node.split(key);
      this.#root = new Inner(this.#epoch, [node, right], [low, low]);
      node = this.#root;
    }
    while (node instanceof Inner) node = node.descendToInsert(key);
    node.insert(key);
    return true;
  }

  /** Removes an item, and tells whether it was there. Throws as {@link add} does. */
  remove(timestamp: number | bigint, id: Uint8Array): boolean {
    const key = keyOf(timestamp, id);
    if (!hasKey(this.#root, key)) return false;
    let node = this.#ownRoot();
    while (node instanceof Inner) node = node.descendToRemove(key);
    node.remove(key);
    while (this.#root instanceof Inner && this.#root.children.length === 1) {
      this.#root = this.#root.children[0] as Node;
    }
    return true;
  }

  /** The set as it is now. It stays as it is, whatever becomes of the set. */
  snapshot(): Snapshot {
    this.#epoch++;
    return new Snapshot(this.#root);
  }

  #ownRoot(): Node {
    if (this.#root.epoch !== this.#epoch) this.#root = this.#root.copy(this.#epoch);
    return this.#root;
  }
}
