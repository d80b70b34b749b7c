/** Reads the few CBOR items of which envelopes are made, each where it must stand and in its shortest form. */

import { copyRange } from "../bytes.ts";

/** A place in the bytes, which each successful read moves on. */
export type Cursor = { readonly bytes: Uint8Array; at: number };

/** Whether exactly these bytes stand at a place. */
export function stands(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/** Whether exactly these bytes come next. */
export function reads(cursor: Cursor, expected: Uint8Array): boolean {
  if (!stands(cursor.bytes, cursor.at, expected)) return false;
  cursor.at += expected.length;
  return true;
}

/** The next bytes as they lie in the input, or undefined where there are not so many. */
export function view(cursor: Cursor, length: number): Uint8Array | undefined {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) return undefined;
  const found = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return found;
}

/** A copy of the next bytes, or undefined where there are not so many. */
export function take(cursor: Cursor, length: number): Uint8Array | undefined {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) return undefined;
  const found = copyRange(cursor.bytes, cursor.at, end);
  cursor.at = end;
  return found;
}

/** An unsigned integer of at most 2^53 − 1. */
export function readInteger(cursor: Cursor): number | undefined {
  const argument = readHead(cursor, 0);
  return argument !== undefined && argument <= Number.MAX_SAFE_INTEGER ? argument : undefined;
}

/** The length of a byte string, whose content comes next; beyond 2^53 − 1 it is not exact. */
export const readLength = (cursor: Cursor): number | undefined => readHead(cursor, 2);

/**
 * The argument of a head of this major type (RFC 8949 §3); undefined where another item comes next, or the argument is
 * not in its shortest form.
 */
function readHead(cursor: Cursor, majorType: number): number | undefined {
  const { bytes, at } = cursor;
  const initial = bytes[at];
  if (initial === undefined || initial >> 5 !== majorType) return undefined;
  const info = initial & 0x1f;
  if (info > 27) return undefined;
  const width = info < 24 ? 0 : 2 ** (info - 24);
  const end = at + 1 + width;
  if (end > bytes.length) return undefined;
  let argument = width === 0 ? info : 0;
  for (let i = at + 1; i < end; i++) argument = argument * 256 + (bytes[i] as number);
  if (argument < leastArgument(width)) return undefined;
  cursor.at = end;
  return argument;
}

/** The least argument that needs so many bytes. */
const leastArgument = (width: number): number => (width === 0 ? 0 : width === 1 ? 24 : 2 ** (4 * width));
