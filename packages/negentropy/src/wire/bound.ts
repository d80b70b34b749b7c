/** Where a range ends: a key, and how many bytes of its id are written out; the bytes that are left out are zero. */
import { compareKeys, idBytes, type Key, keyWords } from "../key.ts";

export type Bound = { readonly key: Key; readonly prefixLength: number };

/** Where everything begins. */
export const zero: Bound = { key: new Uint32Array(keyWords), prefixLength: 0 };

/** Beyond every item: the greatest timestamp, which no item has. */
export const infinity: Bound = {
  key: new Uint32Array(keyWords).fill(0xffffffff, 0, 2),
  prefixLength: 0,
};

/** The shortest bound that parts two items which follow each other: not below the second, and above the first. */
export function boundBetween(previous: Key, key: Key): Bound {
  const bound = new Uint32Array(keyWords);
  bound.set(key.subarray(0, 2));
  if (previous[0] !== key[0] || previous[1] !== key[1]) return { key: bound, prefixLength: 0 };
  let shared = 0;
  while (shared < idBytes && idByte(previous, shared) === idByte(key, shared)) shared++;
  const prefixLength = Math.min(shared + 1, idBytes);
  for (let at = 0; at < prefixLength; at++) {
    bound[2 + (at >>> 2)] = (bound[2 + (at >>> 2)] as number) | (idByte(key, at) << (8 * (at & 3)));
  }
  return { key: bound, prefixLength };
}

export const idByte = (key: Key, at: number): number =>
  ((key[2 + (at >>> 2)] as number) >>> (8 * (at & 3))) & 0xff;

export const isBelow = (a: Bound, b: Bound): boolean => compareKeys(a.key, 0, b.key, 0) < 0;
