/**
 * A message's way through the key tree. What can be asked for independently is asked for in one loop, so that the memory,
 * which takes most of the time, works on several answers at once.
 */
import { IntegerList } from "./integer-list.ts";
import { child, children, first, hasPairs, type KeyTree, next, second, state, third } from "./key-tree.ts";

/** Following a chain costs about so many look-ups in the table for each child. */
const walkCost = 16;

/** What a message offers the tree: tokens that may begin a key, that may be second to a category, that may end one. */
export type Offered = {
  readonly firsts: IntegerList;
  readonly places: IntegerList;
  readonly extras: IntegerList;
  /** Whether it is one of them. */
  has(token: number): boolean;
};

export class LookUp {
  /** The nodes whose tokens the message offers, each once. */
  readonly nodes = new IntegerList();
  readonly #tree: KeyTree;
  /** Keys that the Bloom filter does not exclude, four words each: the hash, and three tokens. */
  readonly #likely = new IntegerList();
  /** By key: the node or none where its search begins. */
  readonly #near = new IntegerList();
  /** By node: what children it has. */
  readonly #states = new IntegerList();
  /** By extra: the bit by which nodes say that they may have a child that ends with it. */
  readonly #signatures = new IntegerList();

  constructor(tree: KeyTree) {
    this.#tree = tree;
  }

  run(offered: Offered): void {
    const { nodes } = this;
    nodes.clear();
    this.#states.clear();
    this.#roots(offered.firsts);
    this.#readStates();
    for (let i = 0; i < this.#states.length; i++) {
      if (((this.#states.items[i] as number) & hasPairs) !== 0)
        this.#pairsOf(nodes.items[i] as number, offered);
    }
    this.#followLikely();
    this.#readStates();
    const signature = this.#sign(offered.extras);
    for (let i = 0; i < this.#states.length; i++) {
      const common = (this.#states.items[i] as number) & signature;
      if (common !== 0) this.#extrasOf(nodes.items[i] as number, common, offered);
    }
    this.#followLikely();
  }

  #roots(firsts: IntegerList): void {
    for (let i = 0; i < firsts.length; i++) {
      const node = this.#tree.root(firsts.items[i] as number);
      if (node !== 0) this.nodes.push(node);
    }
  }

  /** Reads the states of the nodes that are new. */
  #readStates(): void {
    for (let i = this.#states.length; i < this.nodes.length; i++) {
      this.#states.push(this.#tree.get(this.nodes.items[i] as number, state));
    }
  }

  /** The bits of all extras together. */
  #sign(extras: IntegerList): number {
    this.#signatures.clear();
    let all = 0;
    for (let i = 0; i < extras.length; i++) {
      const one = this.#tree.signature(extras.items[i] as number);
      this.#signatures.push(one);
      all |= one;
    }
    return all;
  }

  /** Children with one of the message's places. */
  #pairsOf(node: number, offered: Offered): void {
    const { places } = offered;
    if (this.#isQuickerToWalk(node, places.length)) {
      this.#walk(node, second, offered);
      return;
    }
    const one = this.#tree.get(node, first);
    for (let i = 0; i < places.length; i++) {
      const two = places.items[i] as number;
      this.#ask(this.#tree.half(one, two), one, two, 0);
    }
  }

  /** Children that end with one of the message's extras; `common` are the bits that both sides have. */
  #extrasOf(node: number, common: number, offered: Offered): void {
    const { extras } = offered;
    if (this.#isQuickerToWalk(node, extras.length)) {
      this.#walk(node, third, offered);
      return;
    }
    const one = this.#tree.get(node, first);
    const two = this.#tree.get(node, second);
    const half = this.#tree.half(one, two);
    for (let i = 0; i < extras.length; i++) {
      if (((this.#signatures.items[i] as number) & common) !== 0) {
        this.#ask(half, one, two, extras.items[i] as number);
      }
    }
  }

  #isQuickerToWalk(node: number, lookUps: number): boolean {
    return lookUps > walkCost && this.#tree.get(node, children) * walkCost < lookUps;
  }

  /** Goes through a node's children, and takes those with a token of the message's at this part of the key. */
  #walk(node: number, part: number, offered: Offered): void {
    for (let one = this.#tree.get(node, child); one !== 0; one = this.#tree.get(one, next)) {
      const token = this.#tree.get(one, part);
      if (token !== 0 && offered.has(token)) this.nodes.push(one);
    }
  }

  #ask(half: number, one: number, two: number, three: number): void {
    const hash = this.#tree.hash(half, three);
    if (!this.#tree.mayHold(hash)) return;
    this.#likely.push(hash);
    this.#likely.push(one);
    this.#likely.push(two);
    this.#likely.push(three);
  }

  #followLikely(): void {
    this.#bringNear();
    const { items, length } = this.#likely;
    for (let i = 0; i < length; i += 4) {
      const [one, two, three] = [items[i + 1] as number, items[i + 2] as number, items[i + 3] as number];
      const node = this.#tree.seek(items[i] as number, one, two, three);
      if (node !== 0) this.nodes.push(node);
    }
    this.#likely.clear();
  }

  /**
   * Reads where the search for each key begins, and then what it points to: in two loops in which nothing waits for what is
   * read, so that all of it is near when the search comes. The sum is kept so that the reads are not optimised away.
   */
  #bringNear(): void {
    const { items, length } = this.#likely;
    const near = this.#near;
    near.clear();
    for (let i = 0; i < length; i += 4) near.push(this.#tree.beginning(items[i] as number));
    let sum = 0;
    for (let i = 0; i < near.length; i++) sum += this.#tree.get(near.items[i] as number, first);
    near.push(sum);
  }
}
