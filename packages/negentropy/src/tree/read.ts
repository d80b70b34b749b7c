/** Reading a tree: counting, finding by number, and adding up ranges; each in time proportional to its height. */
import { type Key, keyWords } from "../key.ts";
import { addTo, type Sum } from "../sum.ts";
import { Inner, type Node } from "./inner.ts";

export function hasKey(root: Node, key: Key): boolean {
  let node = root;
  while (node instanceof Inner) node = node.children[node.childFor(key)] as Node;
  return node.has(key);
}

/** How many items come before a key. */
export function rankOf(root: Node, key: Key): number {
  let before = 0;
  let node = root;
  while (node instanceof Inner) {
    const number = node.childFor(key);
    for (let i = 0; i < number; i++) before += (node.children[i] as Node).count;
    node = node.children[number] as Node;
  }
  return before + node.rank(key);
}

/** The key of the item with a number below the count, counted from 0; a view that the next change may overwrite. */
export function keyAt(root: Node, index: number): Key {
  let rest = index;
  let node = root;
  while (node instanceof Inner) {
    let number = 0;
    for (; rest >= (node.children[number] as Node).count; number++) {
      rest -= (node.children[number] as Node).count;
    }
    node = node.children[number] as Node;
  }
  return node.keys.subarray(rest * keyWords, (rest + 1) * keyWords);
}

/** Adds the ids of the items from one number up to, not including, another. */
export function addRange(node: Node, from: number, to: number, sum: Sum): void {
  if (from >= to) return;
  if (from === 0 && to === node.count) {
    addTo(sum, node.sum);
    return;
  }
  if (!(node instanceof Inner)) {
    for (let index = from; index < to; index++) addTo(sum, node.keys, index * keyWords + 2);
    return;
  }
  let start = 0;
  for (const child of node.children) {
    if (start >= to) return;
    const end = start + child.count;
    if (end > from) addRange(child, Math.max(from - start, 0), Math.min(to, end) - start, sum);
    start = end;
  }
}

/** Shows each key of a range in order: the array that it lies in, and where. */
export function visitRange(
  node: Node,
  from: number,
  to: number,
  visit: (keys: Uint32Array, at: number) => void,
): void {
  if (!(node instanceof Inner)) {
    for (let index = from; index < to; index++) visit(node.keys, index * keyWords);
    return;
  }
  let start = 0;
  for (const child of node.children) {
    if (start >= to) return;
    const end = start + child.count;
    if (end > from) visitRange(child, Math.max(from - start, 0), Math.min(to, end) - start, visit);
    start = end;
  }
}
