/** The upper nodes of the tree: up to 32 children in order, how many items lie below, and the sum of their ids. */
import { compareKeys, type Key } from "../key.ts";
import { addTo, emptySum, type Sum, subtractFrom } from "../sum.ts";
import { type Joined, Leaf } from "./leaf.ts";

const mostChildren = 32;
/** As with the keys of a leaf. */
const fewChildren = 12;
const mostJoined = 24;

export type Node = Leaf | Inner;

export class Inner {
  readonly epoch: number;
  readonly sum: Sum;
  count: number;
  readonly children: Node[];
  /** The key at which each child begins: what is less lies further left. The first child's is never looked at. */
  readonly lows: Key[];

  constructor(epoch: number, children: Node[], lows: Key[]) {
    this.epoch = epoch;
    this.children = children;
    this.lows = lows;
    this.sum = emptySum();
    for (const child of children) addTo(this.sum, child.sum);
    this.count = children.reduce((count, child) => count + child.count, 0);
  }

  get isFull(): boolean {
    return this.children.length === mostChildren;
  }

  get isSparse(): boolean {
    return this.children.length <= fewChildren;
  }

  copy(epoch: number): Inner {
    return new Inner(epoch, this.children.slice(), this.lows.slice());
  }

  /** The number of the child in which a key lies if it is there at all. */
  childFor(key: Key): number {
    let low = 0;
    let high = this.children.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (compareKeys(this.lows[middle] as Key, 0, key, 0) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Counts in a key that is about to be inserted below, and gives the child for it, which has room. */
  descendToInsert(key: Key): Node {
    this.count++;
    addTo(this.sum, key, 2);
    const number = this.childFor(key);
    const child = this.#own(number);
    if (!child.isFull) return child;
    const { right, low } = child.split(key);
    this.children.splice(number + 1, 0, right);
    this.lows.splice(number + 1, 0, low);
    return compareKeys(low, 0, key, 0) <= 0 ? right : child;
  }

  /** Counts out a key that is about to be removed below, and gives the child that holds it and can spare it. */
  descendToRemove(key: Key): Node {
    this.count--;
    subtractFrom(this.sum, key, 2);
    const number = this.childFor(key);
    const child = this.#own(number);
    if (!child.isSparse || this.children.length === 1) return child;
    const first = number === 0 ? 0 : number - 1;
    const joined = joinNodes(
      this.children[first] as Node,
      this.children[first + 1] as Node,
      this.lows[first + 1] as Key,
      this.epoch,
    );
    if (joined.right === undefined) {
      this.children.splice(first, 2, joined.left);
      this.lows.splice(first + 1, 1);
      return joined.left;
    }
    this.children.splice(first, 2, joined.left, joined.right);
    this.lows[first + 1] = joined.low;
    return compareKeys(joined.low, 0, key, 0) <= 0 ? joined.right : joined.left;
  }

  /** Moves children into a new node, to make room for one more; as with a leaf, only the last when keys come in order. */
  split(key: Key): { readonly right: Inner; readonly low: Key } {
    const { length } = this.children;
    const stays = this.childFor(key) === length - 1 ? length - 1 : length >>> 1;
    const right = new Inner(this.epoch, this.children.splice(stays), this.lows.splice(stays));
    this.count -= right.count;
    subtractFrom(this.sum, right.sum);
    return { right, low: right.lows[0] as Key };
  }

  /** As with leaves; `low` is where the right one begins. */
  static join(left: Inner, right: Inner, low: Key, epoch: number): Joined<Inner> {
    const children = [...left.children, ...right.children];
    const lows = [...left.lows, low, ...right.lows.slice(1)];
    if (children.length <= mostJoined) return { left: new Inner(epoch, children, lows) };
    const half = children.length >>> 1;
    const rightLows = lows.splice(half);
    return {
      right: new Inner(epoch, children.splice(half), rightLows),
      left: new Inner(epoch, children, lows),
      low: rightLows[0] as Key,
    };
  }

  /** A child that may be changed: a copy takes the place of one that a snapshot shares. */
  #own(number: number): Node {
    const child = this.children[number] as Node;
    if (child.epoch === this.epoch) return child;
    const copy = child.copy(this.epoch);
    this.children[number] = copy;
    return copy;
  }
}

/** Neighbours stand at one height, so both are leaves or neither is. */
function joinNodes(left: Node, right: Node, low: Key, epoch: number): Joined<Node> {
  if (left instanceof Leaf && right instanceof Leaf) return Leaf.join(left, right, epoch);
  return Inner.join(left as Inner, right as Inner, low, epoch);
}
