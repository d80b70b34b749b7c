/** Byte strings: comparing, joining, and the two text forms we show them in. */

import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { base64urlnopad } from "@scure/base";

export { bytesToHex as toHex, hexToBytes as fromHex } from "@noble/hashes/utils.js";

/** Unpadded base64url (RFC 4648 §5). */
export const toBase64url = (bytes: Uint8Array): string => base64urlnopad.encode(bytes);

/** The inverse of {@link toBase64url}; throws on anything that is not its exact output. */
export const fromBase64url = (text: string): Uint8Array => base64urlnopad.decode(text);

/** Negative, zero or positive, by the first differing byte, then by length (RFC 8949 §4.2.1 key order). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => compareBytes(a, b) === 0;

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Up to so many bytes are copied one by one, which then costs less than a view to copy them from. */
const fewBytes = 64;

/** A copy of a range, a plain Uint8Array whatever the class of the bytes: a Buffer's slice() would be a view. */
export function copyRange(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  if (copy.length > fewBytes) copy.set(bytes.subarray(start, end));
  else for (let i = 0; i < copy.length; i++) copy[i] = bytes[start + i] as number;
  return copy;
}

const isHex = (text: string): boolean => /^(?:[0-9a-f]{2})+$/.test(text);

/** Bytes of a lower-case hex string, or undefined when it is not one. */
export const parseHex = (text: string): Uint8Array | undefined =>
  isHex(text) ? hexToBytes(text) : undefined;

/** The first eight hex digits, for people to tell ids apart by. */
export const shortHex = (bytes: Uint8Array): string => bytesToHex(bytes.subarray(0, 4));
