/**
 * Where an item stands in the order of all items: its key, ten 32-bit words. The first two are the timestamp, high word
 * first; the other eight are the id, each read little-endian, as the fingerprint's sum wants them. Bounds are keys too.
 */

/** A key by itself; in a set, keys lie one after the other in a longer array. */
export type Key = Uint32Array;

export const keyWords = 10;
export const idWords = 8;
export const idBytes = 32;

/** An unsigned integer of 64 bits as two words: numbers are exact up to 53 bits only. */
export type Uint64 = { readonly high: number; readonly low: number };

const wordRange = 2 ** 32;
const mostTimestamp = 2n ** 64n - 2n;

/** Throws on a timestamp that no item can have: the greatest of 64 bits stands for infinity. */
export function uint64Of(timestamp: number | bigint): Uint64 {
  if (typeof timestamp === "number" && Number.isSafeInteger(timestamp) && timestamp >= 0) {
    return { high: Math.floor(timestamp / wordRange), low: timestamp >>> 0 };
  }
  if (typeof timestamp === "bigint" && timestamp >= 0n && timestamp <= mostTimestamp) {
    return { high: Number(timestamp >> 32n), low: Number(timestamp & 0xffffffffn) };
  }
  throw new RangeError(`${timestamp} is no timestamp: an integer from 0 to 2^64 − 2`);
}

export const timestampOf = (key: Key): bigint => (BigInt(key[0] as number) << 32n) | BigInt(key[1] as number);

/** Writes a timestamp and the beginning of an id, the rest of which is zero. */
export function writeKey(key: Key, { high, low }: Uint64, id: Uint8Array): void {
  key[0] = high;
  key[1] = low;
  for (let word = 0, at = 0; word < idWords; word++, at += 4) {
    key[2 + word] =
      (id[at] ?? 0) | ((id[at + 1] ?? 0) << 8) | ((id[at + 2] ?? 0) << 16) | ((id[at + 3] ?? 0) << 24);
  }
}

/** Throws on what is no item: another id than one of 32 bytes. */
export function keyOf(timestamp: number | bigint, id: Uint8Array): Key {
  if (id.length !== idBytes) throw new RangeError(`an id has ${idBytes} bytes, not ${id.length}`);
  const key = new Uint32Array(keyWords);
  writeKey(key, uint64Of(timestamp), id);
  return key;
}

/** Eight words as 32 bytes, little-endian: an id, or a sum of ids. */
export function writeWords(words: Uint32Array, at: number, into: Uint8Array, offset: number): void {
  for (let word = 0, place = offset; word < idWords; word++, place += 4) {
    const value = words[at + word] as number;
    into[place] = value;
    into[place + 1] = value >>> 8;
    into[place + 2] = value >>> 16;
    into[place + 3] = value >>> 24;
  }
}

/** The id of the key that begins at a place. */
export function idAt(keys: Uint32Array, at = 0): Uint8Array {
  const id = new Uint8Array(idBytes);
  writeWords(keys, at + 2, id, 0);
  return id;
}

/** The other end first. */
export const swapBytes = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

/** Negative, zero or positive: by timestamp, then by the first byte of the ids that differs. */
export function compareKeys(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  for (let word = 0; word < 2; word++) {
    const difference = (a[aAt + word] as number) - (b[bAt + word] as number);
    if (difference !== 0) return difference;
  }
  for (let word = 2; word < keyWords; word++) {
    const one = a[aAt + word] as number;
    const other = b[bAt + word] as number;
    if (one !== other) return swapBytes(one) - swapBytes(other);
  }
  return 0;
}
