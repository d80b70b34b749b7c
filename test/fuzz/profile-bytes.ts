/** CBOR that keeps to the wire profile, or breaks it in a place or two: generated item by item. */
import { encodeValue } from "@intentcast/protocol";
import type { Dice } from "./dice.ts";

const edges = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];

/**
 * One item, at most `depth` deep. At each node it is wrong with the probability `wrong`: 0 gives bytes that the gate must
 * accept.
 */
export function profileBytes(dice: Dice, depth: number, wrong: number): Uint8Array {
  const out: number[] = [];
  writeItem(out, dice, depth, wrong);
  return Uint8Array.from(out);
}

function writeItem(out: number[], dice: Dice, depth: number, wrong: number): void {
  if (dice.chance(wrong)) {
    dice.pick(wrongs)(out, dice, depth, wrong);
    return;
  }
  switch (dice.below(depth > 1 ? 8 : 5)) {
    case 0:
      writeHead(out, 0, integer(dice));
      break;
    case 1:
      writeHead(out, 1, Math.min(integer(dice), 2 ** 53 - 2));
      break;
    case 2:
      out.push(dice.pick([0xf4, 0xf5]));
      break;
    case 3:
      writeString(out, 2, dice.bytes(size(dice)));
      break;
    case 4:
      writeString(out, 3, Buffer.from(text(dice), "utf8"));
      break;
    case 5:
      writeList(out, dice, depth, wrong);
      break;
    default:
      writeMap(out, dice, depth, wrong);
  }
}

const countOf = (dice: Dice): number => dice.below(dice.chance(0.03) ? 40 : 6);

function writeList(out: number[], dice: Dice, depth: number, wrong: number): void {
  const count = countOf(dice);
  writeHead(out, 4, count);
  for (let i = 0; i < count; i++) writeItem(out, dice, depth - 1, wrong);
}

function writeMap(out: number[], dice: Dice, depth: number, wrong: number): void {
  const keys = [...new Set(Array.from({ length: countOf(dice) }, () => key(dice)))];
  keys.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  if (dice.chance(wrong)) keys.reverse();
  if (dice.chance(wrong) && keys.length > 0) keys.push(keys.at(-1) as string);
  writeHead(out, 5, keys.length);
  for (const one of keys) {
    writeString(out, 3, Buffer.from(one, "utf8"));
    writeItem(out, dice, depth - 1, wrong);
  }
}

const integer = (dice: Dice): number =>
  dice.chance(0.5) ? dice.pick(edges) : Math.floor(2 ** (dice.below(53) + 1) * 0.99);

const size = (dice: Dice): number => (dice.chance(0.02) ? dice.below(5000) : dice.below(40));

const pieces = [
  "a",
  "z",
  " ",
  "\u0000",
  "\u00e9",
  "\u07ff",
  "\u0800",
  "\ufeff",
  "\uffff",
  "\ud7ff",
  "\u{10000}",
  "\u{10ffff}",
];
const text = (dice: Dice): string =>
  Array.from({ length: dice.below(dice.chance(0.02) ? 2000 : 8) }, () => dice.pick(pieces)).join("");

const keyChars = "azbAZ09m";
const key = (dice: Dice): string =>
  `${dice.pick(["a", "m", "z", "to", "prev"])}${Array.from({ length: dice.below(dice.chance(0.05) ? 40 : 5) }, () => keyChars[dice.below(8)]).join("")}`;

function writeHead(out: number[], majorType: number, argument: number): void {
  const head = encodeValue(argument);
  out.push((head[0] as number) | (majorType << 5));
  for (let i = 1; i < head.length; i++) out.push(head[i] as number);
}

function writeString(out: number[], majorType: number, content: Uint8Array): void {
  writeHead(out, majorType, content.length);
  for (const byte of content) out.push(byte);
}

const wrongs: readonly ((out: number[], dice: Dice, depth: number, wrong: number) => void)[] = [
  // Not the shortest form.
  (out, dice) => {
    const majorType = dice.below(6);
    const width = dice.below(4);
    out.push((majorType << 5) | (24 + width), ...new Array((1 << width) - 1).fill(0), dice.below(24));
  },
  // Indefinite length, with or without an end.
  (out, dice, depth, wrong) => {
    out.push((dice.pick([2, 3, 4, 5]) << 5) | 31);
    if (depth > 1) writeItem(out, dice, depth - 1, wrong);
    if (dice.chance(0.7)) out.push(0xff);
  },
  (out, dice) =>
    void out.push(dice.pick([0xf6, 0xf7, 0xe0, 0xf8, 0xff, 0xf9, 0xfa, 0xfb]), ...dice.bytes(dice.below(9))),
  (out, dice, depth, wrong) => {
    out.push(0xc0 | dice.below(32), ...dice.bytes(dice.below(3)));
    if (depth > 1) writeItem(out, dice, depth - 1, wrong);
  },
  // A length that claims far more than there is.
  (out, dice) =>
    void out.push((dice.pick([2, 3, 4, 5]) << 5) | dice.pick([24, 25, 26, 27]), ...dice.bytes(8)),
  (out, dice) => writeString(out, 3, dice.bytes(1 + dice.below(8))),
  // A key that is none.
  (out, dice, depth, wrong) => {
    writeHead(out, 5, 1);
    if (dice.chance(0.5)) writeItem(out, dice, 1, wrong);
    else
      writeString(
        out,
        3,
        Buffer.from(dice.pick(["", "A", "__proto__", "constructor", "a-b", "\u00e9", "1"]), "utf8"),
      );
    writeItem(out, dice, Math.max(1, depth - 1), wrong);
  },
  // Deep.
  (out, dice) => {
    const levels = dice.pick([14, 15, 16, 17, 18, 200, 5000]);
    for (let i = 0; i < levels; i++) out.push(0x81);
    out.push(dice.pick([0x00, 0x80, 0xa0, 0xf4]));
  },
  (out, dice) => void out.push(...dice.bytes(1 + dice.below(4))),
];
