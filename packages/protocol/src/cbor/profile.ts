/**
 * The gate: whether bytes are one item of the wire profile (spec/02-wire-profile). It reads each byte once, allocates
 * nothing that the input could size, and is the only place where the profile is enforced: what stands behind it
 * trusts its input.
 */
import { maxDepth } from "../limits.ts";
import { type Reject, type RejectCode, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import { isUtf8 } from "./utf8.ts";

/**
 * Checks that `bytes` are exactly one item of the wire profile in at most `maxBytes` bytes. Refuses at stage `decode`,
 * with the code of the first breach in the order of the bytes; the order within one item is that of the code below.
 */
export function checkProfile(bytes: Uint8Array, maxBytes: number): Result<void, Reject> {
  if (bytes.length > maxBytes) return reject("cbor-size", `${bytes.length} bytes, at most ${maxBytes}`);
  const cursor: Cursor = { bytes, at: 0, argument: 0 };
  const breach = checkItem(cursor, 1);
  if (breach !== undefined) return reject(breach, `at byte ${cursor.at}`);
  if (cursor.at !== bytes.length) return reject("cbor-trailing-bytes", `${bytes.length - cursor.at} bytes`);
  return ok(undefined);
}

/** `at` moves past what has been checked; `argument` is that of the last head: a value, a length or a count. */
type Cursor = { readonly bytes: Uint8Array; at: number; argument: number };

/**
 * Every item counts towards depth, scalars too: the outermost is at depth 1, and whatever an array or a map at depth n
 * holds, keys included, is at depth n + 1. So sixteen nested arrays pass when the innermost is empty.
 */
function checkItem(cursor: Cursor, depth: number): RejectCode | undefined {
  if (depth > maxDepth && cursor.at < cursor.bytes.length) return "cbor-depth";
  const majorType = (cursor.bytes[cursor.at] ?? 0) >> 5;
  const breach = checkHead(cursor);
  if (breach !== undefined) return breach;
  switch (majorType) {
    case 2:
      return skip(cursor);
    case 3:
      return checkText(cursor);
    case 4:
      return checkArray(cursor, depth);
    case 5:
      return checkMap(cursor, depth);
    default:
      return undefined;
  }
}

/** An item's initial byte and argument (RFC 8949 §3): all there is to an integer and to true and false. */
function checkHead(cursor: Cursor): RejectCode | undefined {
  const { bytes, at } = cursor;
  const initial = bytes[at];
  if (initial === undefined) return "cbor-truncated";
  const majorType = initial >> 5;
  const info = initial & 0x1f;
  if (info > 27)
    return info === 31 && hasIndefiniteForm(majorType) ? "cbor-indefinite-length" : "cbor-reserved";
  if (majorType === 6) return "cbor-tag";
  if (majorType === 7 && info !== 20 && info !== 21) return info > 24 ? "cbor-float" : "cbor-simple";
  if (info < 24) {
    cursor.argument = info;
    cursor.at = at + 1;
    return undefined;
  }
  const width = 1 << (info - 24);
  if (at + 1 + width > bytes.length) return "cbor-truncated";
  // The sum is exact up to 2^53, and beyond it no integer and no length is accepted.
  let argument = 0;
  for (let i = 1; i <= width; i++) argument = argument * 256 + (bytes[at + i] as number);
  if (argument < leastArgument(width)) return "cbor-not-shortest";
  if (majorType === 0 && argument > Number.MAX_SAFE_INTEGER) return "cbor-integer-range";
  // A negative integer is −1 − argument (RFC 8949 §3.1).
  if (majorType === 1 && argument > Number.MAX_SAFE_INTEGER - 1) return "cbor-integer-range";
  cursor.argument = argument;
  cursor.at = at + 1 + width;
  return undefined;
}

/** Strings, arrays and maps can have indefinite length; 0xff is the break that ends one (RFC 8949 §3.2). */
const hasIndefiniteForm = (majorType: number): boolean => majorType !== 6 && majorType > 1;

/** The least argument that needs so many bytes. */
const leastArgument = (width: number): number => (width === 1 ? 24 : 2 ** (4 * width));

function skip(cursor: Cursor): RejectCode | undefined {
  if (cursor.argument > cursor.bytes.length - cursor.at) return "cbor-truncated";
  cursor.at += cursor.argument;
  return undefined;
}

function checkText(cursor: Cursor): RejectCode | undefined {
  const start = cursor.at;
  const breach = skip(cursor);
  if (breach !== undefined) return breach;
  return isUtf8(cursor.bytes, start, cursor.at) ? undefined : "cbor-utf8";
}

/** A declared count needs no check of its own: the bytes run out before it can matter. */
function checkArray(cursor: Cursor, depth: number): RejectCode | undefined {
  const count = cursor.argument;
  for (let i = 0; i < count; i++) {
    const breach = checkItem(cursor, depth + 1);
    if (breach !== undefined) return breach;
  }
  return undefined;
}

function checkMap(cursor: Cursor, depth: number): RejectCode | undefined {
  const count = cursor.argument;
  let previousStart = -1;
  let previousEnd = -1;
  for (let i = 0; i < count; i++) {
    const breach = checkKey(cursor, depth + 1);
    if (breach !== undefined) return breach;
    const end = cursor.at;
    const start = end - cursor.argument;
    if (previousStart >= 0) {
      const order = compareKeys(cursor.bytes, previousStart, previousEnd, start, end);
      if (order === 0) return "cbor-key-duplicate";
      if (order > 0) return "cbor-key-order";
    }
    previousStart = start;
    previousEnd = end;
    const valueBreach = checkItem(cursor, depth + 1);
    if (valueBreach !== undefined) return valueBreach;
  }
  return undefined;
}

function checkKey(cursor: Cursor, depth: number): RejectCode | undefined {
  const initial = cursor.bytes[cursor.at];
  if (initial === undefined) return "cbor-truncated";
  if (depth > maxDepth) return "cbor-depth";
  if (initial >> 5 !== 3) return "cbor-key-type";
  const breach = checkHead(cursor);
  if (breach !== undefined) return breach;
  const start = cursor.at;
  const truncated = skip(cursor);
  if (truncated !== undefined) return truncated;
  return isKey(cursor.bytes, start, cursor.at) ? undefined : "cbor-key-form";
}

/** `[a-z][A-Za-z0-9]*`: ASCII, so valid UTF-8, and never `__proto__`. */
function isKey(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end || !isLower(bytes[start] as number)) return false;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at] as number;
    if (!isLower(byte) && !isUpper(byte) && !isDigit(byte)) return false;
  }
  return true;
}

const isLower = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/**
 * Compares two keys by their encoded form (RFC 8949 §4.2.1). Its head carries the length and comes first, so a shorter
 * key precedes a longer one, and keys of one length compare byte by byte.
 */
function compareKeys(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): number {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart) return length - (bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = (bytes[aStart + i] as number) - (bytes[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
