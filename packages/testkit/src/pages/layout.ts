/** Lays CBOR out for people, as RFC 8949 does in its examples: an item a line, its bytes on the left, what they are on the right. */
import { toHex } from "@intentcast/protocol";
import { diagnostic } from "../diagnostic.ts";

/** What the bytes do not say by themselves. A place is the way to an item: `0.2` is the third item of the first one's. */
export type Legend = {
  /** The byte strings whose content is laid out too, as their item 0. */
  readonly embedded?: readonly string[];
  /** What stands behind an item, by its place. */
  readonly notes?: Readonly<Record<string, string>>;
};

type Cursor = { readonly bytes: Uint8Array; at: number };
/** `head` and `content` are bytes: what announces an item, and what a string holds. */
type Line = {
  readonly depth: number;
  readonly head: Uint8Array;
  readonly content: Uint8Array;
  readonly says: string;
};

/** Where the right column begins. */
const column = 58;
const bytesInLine = 16;

/** Throws where the bytes are no item of the profile, of which only a tag may stand around the whole. */
export function layOut(bytes: Uint8Array, legend: Legend = {}): string {
  const cursor = { bytes, at: 0 };
  const lines = [...readLines(cursor, 0, "", legend)];
  if (cursor.at !== bytes.length) throw new Error(`${bytes.length - cursor.at} bytes follow the item`);
  return lines.flatMap(formatLine).join("\n");
}

function* readLines(cursor: Cursor, depth: number, place: string, legend: Legend): Generator<Line> {
  const { embedded = [], notes = {} } = legend;
  const start = cursor.at;
  const [major, argument] = readHead(cursor);
  const head = cursor.bytes.subarray(start, cursor.at);
  const note = notes[place] === undefined ? "" : `: ${notes[place]}`;
  const line = (says: string, content: Uint8Array = none): Line => ({
    depth,
    head,
    content,
    says: `${says}${note}`,
  });
  const within = (i: number): string => (place === "" ? `${i}` : `${place}.${i}`);
  switch (major) {
    case 0:
      return yield line(`${argument}`);
    case 1:
      return yield line(`${-1 - argument}`);
    case 2: {
      const content = take(cursor, argument);
      if (!embedded.includes(place)) return yield line(`${argument} bytes`, content);
      yield line(`${argument} bytes`);
      return yield* readLines({ bytes: content, at: 0 }, depth + 1, within(0), legend);
    }
    case 3: {
      const content = take(cursor, argument);
      return yield line(diagnostic(new TextDecoder().decode(content)), content);
    }
    case 4:
      yield line(`array of ${argument}`);
      for (let i = 0; i < argument; i++) yield* readLines(cursor, depth + 1, within(i), legend);
      return;
    case 5:
      yield line(`map of ${argument}`);
      for (let i = 0; i < 2 * argument; i++) yield* readLines(cursor, depth + 1 + (i % 2), within(i), legend);
      return;
    case 6:
      yield line(`tag ${argument}`);
      return yield* readLines(cursor, depth + 1, place, legend);
    default:
      return yield line(argument === 21 ? "true" : "false");
  }
}

const none = new Uint8Array();

function readHead(cursor: Cursor): [major: number, argument: number] {
  const initial = byteAt(cursor);
  const info = initial & 0x1f;
  if (info < 24) return [initial >> 5, info];
  let argument = 0;
  for (let left = 1 << (info - 24); left > 0; left--) argument = argument * 256 + byteAt(cursor);
  return [initial >> 5, argument];
}

function byteAt(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw new Error("the bytes end within an item");
  return byte;
}

function take(cursor: Cursor, length: number): Uint8Array {
  cursor.at += length;
  if (cursor.at > cursor.bytes.length) throw new Error("the bytes end within an item");
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

/** Long strings go on in further lines; of very long ones the middle is left out. */
function formatLine({ depth, head, content, says }: Line): string[] {
  const rows = [inGroups(head, 1)];
  for (let at = 0; at < content.length; at += bytesInLine) {
    const row = inGroups(content.subarray(at, at + bytesInLine), 4);
    if (at === 0) rows[0] += ` ${row}`;
    else rows.push(`   ${row}`);
  }
  const leftOut = `   … ${content.length - 3 * bytesInLine} bytes …`;
  const shown = rows.length > 6 ? [...rows.slice(0, 2), leftOut, ...rows.slice(-1)] : rows;
  const indent = "  ".repeat(depth);
  return shown.map((row, i) => (i === 0 ? `${(indent + row).padEnd(column)}  ${says}` : indent + row));
}

const inGroups = (bytes: Uint8Array, size: number): string =>
  toHex(bytes).replaceAll(new RegExp(`.{${2 * size}}(?=.)`, "g"), "$& ");
