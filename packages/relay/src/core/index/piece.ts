/**
 * One piece of a segmented table, a block of the arena: a head, and then slot by slot a hash and a reference, 0 where there
 * is none.
 */

export const slots = 128;
export const lastSlot = slots - 1;
/** With more of them taken, the chains of taken slots grow long. */
export const mostTaken = 96;
/** Where the first slot is in a piece. */
export const firstSlot = 2;
export const pieceWords = firstSlot + 2 * slots;

/**
 * In the head: how many leading bits of a hash lead here, how many slots are taken, and how many have been emptied since
 * `settle`; a byte each.
 */
const oneTaken = 1 << 8;
const oneGone = 1 << 16;
const mostGone = 64;

export const depthOf = (words: Int32Array, at: number): number => (words[at] as number) & 0xff;
export const takenOf = (words: Int32Array, at: number): number => ((words[at] as number) >>> 8) & 0xff;

export function clear(words: Int32Array, at: number, depth: number): void {
  words.fill(0, at, at + pieceWords);
  words[at] = depth;
}

export function put(words: Int32Array, at: number, hash: number, reference: number): void {
  const from = at + firstSlot;
  let slot = hash & lastSlot;
  while (words[from + 2 * slot + 1] !== 0) slot = (slot + 1) & lastSlot;
  words[from + 2 * slot] = hash;
  words[from + 2 * slot + 1] = reference;
  words[at] = (words[at] as number) + oneTaken;
}

/** Empties a slot, and moves up those behind it that belong further to the front. */
export function empty(words: Int32Array, at: number, slot: number): void {
  const from = at + firstSlot;
  let hole = slot;
  for (let next = (hole + 1) & lastSlot; words[from + 2 * next + 1] !== 0; next = (next + 1) & lastSlot) {
    const home = (words[from + 2 * next] as number) & lastSlot;
    if (((next - home) & lastSlot) < ((next - hole) & lastSlot)) continue;
    words[from + 2 * hole] = words[from + 2 * next] as number;
    words[from + 2 * hole + 1] = words[from + 2 * next + 1] as number;
    hole = next;
  }
  words[from + 2 * hole + 1] = 0;
  words[at] = (words[at] as number) - oneTaken + oneGone;
}

/** Whether so many hashes are gone that it is time to forget them elsewhere, and to `settle`. */
export const isStale = (words: Int32Array, at: number): boolean => (words[at] as number) >>> 16 >= mostGone;

export function settle(words: Int32Array, at: number): void {
  words[at] = (words[at] as number) & (oneGone - 1);
}

/** Hands each hash and its reference on. */
export function each(words: Int32Array, at: number, take: (hash: number, reference: number) => void): void {
  for (let word = at + firstSlot; word < at + pieceWords; word += 2) {
    const reference = words[word + 1] as number;
    if (reference !== 0) take(words[word] as number, reference);
  }
}
