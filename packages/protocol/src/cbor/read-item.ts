/** Turns bytes that passed the gate into a value. It checks nothing: profile.ts has. */
import { copyRange } from "../bytes.ts";
import type { ProfileValue } from "./codec.ts";
import { readUtf8 } from "./utf8.ts";

/** The value of one item of the wire profile. Byte strings are copies; maps are plain objects with own properties. */
export const readItem = (bytes: Uint8Array): ProfileValue => readAt({ bytes, at: 0 });

type Cursor = { readonly bytes: Uint8Array; at: number };

function readAt(cursor: Cursor): ProfileValue {
  const initial = cursor.bytes[cursor.at++] as number;
  const argument = readArgument(cursor, initial & 0x1f);
  switch (initial >> 5) {
    case 0:
      return argument;
    case 1:
      return -1 - argument;
    case 2:
      return copyRange(cursor.bytes, cursor.at, advance(cursor, argument));
    case 3:
      return readUtf8(cursor.bytes, cursor.at, advance(cursor, argument));
    case 4:
      return readArray(cursor, argument);
    case 5:
      return readMap(cursor, argument);
    default:
      return argument === 21;
  }
}

function readArgument(cursor: Cursor, info: number): number {
  if (info < 24) return info;
  const end = cursor.at + (1 << (info - 24));
  let argument = 0;
  while (cursor.at < end) argument = argument * 256 + (cursor.bytes[cursor.at++] as number);
  return argument;
}

function advance(cursor: Cursor, length: number): number {
  cursor.at += length;
  return cursor.at;
}

function readArray(cursor: Cursor, count: number): ProfileValue[] {
  const items = new Array<ProfileValue>(count);
  for (let i = 0; i < count; i++) items[i] = readAt(cursor);
  return items;
}

function readMap(cursor: Cursor, count: number): Record<string, ProfileValue> {
  const map: Record<string, ProfileValue> = {};
  for (let i = 0; i < count; i++) {
    const key = readAt(cursor) as string;
    // The key form keeps out `__proto__`, the one key that assignment would not make an own property.
    map[key] = readAt(cursor);
  }
  return map;
}
