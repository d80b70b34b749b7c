/** Reads the few CBOR items of which envelopes are made, each where it must stand and in its shortest form. */

import { equalBytes } from "../bytes.ts";
import { encodeValue } from "../cbor/codec.ts";

/** A place in the bytes, which each successful read moves on. */
export type Cursor = { readonly bytes: Uint8Array; at: number };

/** Whether exactly these bytes come next. */
export function reads(cursor: Cursor, expected: Uint8Array): boolean {
  const end = cursor.at + expected.length;
  if (!equalBytes(cursor.bytes.subarray(cursor.at, end), expected)) return false;
  cursor.at = end;
  return true;
}

/** A copy of the next bytes, or undefined where there are not so many. */
export function take(cursor: Cursor, length: number): Uint8Array | undefined {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) return undefined;
  const taken = new Uint8Array(cursor.bytes.subarray(cursor.at, end));
  cursor.at = end;
  return taken;
}

/** An unsigned integer up to 2^53 − 1; undefined where none comes next, or not in its shortest form. */
export function readInteger(cursor: Cursor): number | undefined {
  const value = argumentAt(cursor, 0);
  return value !== undefined && reads(cursor, encodeValue(value)) ? value : undefined;
}

/** The length that the head of a byte string tells, up to 65,535: more than any envelope may hold. */
export function readLength(cursor: Cursor): number | undefined {
  const length = argumentAt(cursor, 2);
  return length !== undefined && length <= 0xffff && reads(cursor, lengthHead(length)) ? length : undefined;
}

/** The head of a byte string of so many bytes, at most 65,535 (RFC 8949 §3). */
const lengthHead = (length: number): Uint8Array =>
  length < 24
    ? Uint8Array.of(0x40 | length)
    : length < 256
      ? Uint8Array.of(0x58, length)
      : Uint8Array.of(0x59, length >> 8, length & 0xff);

/** The argument of the head that comes next, in whatever width it is written. */
function argumentAt({ bytes, at }: Cursor, majorType: number): number | undefined {
  const initial = bytes[at];
  if (initial === undefined || initial >> 5 !== majorType) return undefined;
  const info = initial & 0x1f;
  if (info < 24) return info;
  const width = 2 ** (info - 24);
  if (info > 27 || at + width >= bytes.length) return undefined;
  const argument = bytes.subarray(at + 1, at + 1 + width).reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.isSafeInteger(argument) ? argument : undefined;
}
