/** Sums of ids modulo 2^256, ids read as little-endian numbers: eight words, the least significant first. */
import { idWords } from "./key.ts";

export type Sum = Uint32Array;

export const emptySum = (): Sum => new Uint32Array(idWords);

/** Adds the eight words that begin at `at`: another sum, or the id of a key (two words into it). */
export function addTo(sum: Sum, words: Uint32Array, at = 0): void {
  let carry = 0;
  for (let word = 0; word < idWords; word++) {
    const total = (sum[word] as number) + (words[at + word] as number) + carry;
    sum[word] = total;
    carry = total > 0xffffffff ? 1 : 0;
  }
}

/** The inverse of {@link addTo}. */
export function subtractFrom(sum: Sum, words: Uint32Array, at = 0): void {
  let borrow = 0;
  for (let word = 0; word < idWords; word++) {
    const total = (sum[word] as number) - (words[at + word] as number) - borrow;
    sum[word] = total;
    borrow = total < 0 ? 1 : 0;
  }
}
