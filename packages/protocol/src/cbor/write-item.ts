/** Writes a value as its one encoding in the wire profile (RFC 8949 §4.2.1). */
import { maxDepth } from "../limits.ts";
import { utf8Length, writeUtf8 } from "./utf8.ts";

/** The bytes of `value`; throws TypeError on a value that the profile cannot express. */
export function writeItem(value: unknown): Uint8Array {
  const output: Output = { bytes: spare, length: 0 };
  // A value whose properties are computed could have another one written in the middle of it.
  spare = noRoom;
  try {
    writeAt(output, value, 1);
    return output.bytes.slice(0, output.length);
  } finally {
    if (output.bytes.length <= spareBytes) spare = output.bytes;
  }
}

/** Room that the last value was written in: to get it anew would cost a short one more than to be written. */
const spareBytes = 64 * 1024;
const noRoom = new Uint8Array(0);
let spare: Uint8Array = noRoom;

type Output = { bytes: Uint8Array; length: number };

function writeAt(output: Output, value: unknown, depth: number): void {
  if (depth > maxDepth) throw new TypeError(`the wire profile nests at most ${maxDepth} deep`);
  if (typeof value === "string") writeText(output, value);
  else if (typeof value === "number") writeInteger(output, value);
  else if (typeof value === "boolean") writeHead(output, 7, value ? 21 : 20);
  else if (value instanceof Uint8Array) writeBytes(output, value);
  else if (Array.isArray(value)) writeArray(output, value, depth);
  else if (isPlainObject(value)) writeMap(output, value, depth);
  else throw new TypeError(`the wire profile has no ${nameOf(value)}`);
}

const nameOf = (value: unknown): string =>
  value === null
    ? "null"
    : typeof value === "object"
      ? `object of class ${value.constructor?.name}`
      : typeof value;

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Minus zero is written as the integer that it is. */
function writeInteger(output: Output, value: number): void {
  if (!Number.isSafeInteger(value)) throw new TypeError(`the wire profile has no number ${value}`);
  if (value < 0) writeHead(output, 1, -1 - value);
  else writeHead(output, 0, value);
}

function writeBytes(output: Output, value: Uint8Array): void {
  writeHead(output, 2, value.length);
  reserve(output, value.length);
  output.bytes.set(value, output.length);
  output.length += value.length;
}

function writeText(output: Output, text: string): void {
  if (!text.isWellFormed()) throw new TypeError("the wire profile has no text with a lone surrogate");
  const length = utf8Length(text);
  writeHead(output, 3, length);
  reserve(output, length);
  writeUtf8(text, output.bytes, output.length);
  output.length += length;
}

function writeArray(output: Output, items: readonly unknown[], depth: number): void {
  writeHead(output, 4, items.length);
  // By index, so that a hole is met as undefined and refused.
  for (let i = 0; i < items.length; i++) writeAt(output, items[i], depth + 1);
}

function writeMap(output: Output, map: Record<string, unknown>, depth: number): void {
  const keys = Object.keys(map);
  // Most are written in order, and to sort them would cost more than to write them.
  if (!areInOrder(keys)) keys.sort(compareKeys);
  writeHead(output, 5, keys.length);
  for (const key of keys) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(key)) throw new TypeError(`the wire profile has no key ${key}`);
    writeAt(output, key, depth + 1);
    writeAt(output, map[key], depth + 1);
  }
}

/** The order of the encoded keys: by length, which their heads carry, then by the ASCII that they consist of. */
const compareKeys = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

function areInOrder(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) {
    if (compareKeys(keys[i - 1] as string, keys[i] as string) > 0) return false;
  }
  return true;
}

/** An initial byte and its argument in the fewest bytes that hold it. */
function writeHead(output: Output, majorType: number, argument: number): void {
  const info = infoFor(argument);
  const width = info < 24 ? 0 : 1 << (info - 24);
  reserve(output, 1 + width);
  const at = output.length;
  output.bytes[at] = (majorType << 5) | info;
  let rest = argument;
  for (let i = width; i > 0; i--) {
    output.bytes[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  output.length = at + 1 + width;
}

function infoFor(argument: number): number {
  if (argument < 24) return argument;
  if (argument < 2 ** 8) return 24;
  if (argument < 2 ** 16) return 25;
  return argument < 2 ** 32 ? 26 : 27;
}

function reserve(output: Output, extra: number): void {
  const needed = output.length + extra;
  if (needed <= output.bytes.length) return;
  const grown = new Uint8Array(Math.max(512, needed, 2 * output.bytes.length));
  grown.set(output.bytes.subarray(0, output.length));
  output.bytes = grown;
}
