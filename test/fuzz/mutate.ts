/** Bytes that are almost right: flipped, cut, spliced, doubled, with another length or another type in them. */
import { concatBytes } from "@intentcast/protocol";
import type { Dice } from "./dice.ts";

type Mutation = (bytes: Uint8Array, dice: Dice, others: readonly Uint8Array[]) => Uint8Array;

const overwrite = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  // Not slice(), which of a Buffer copies nothing: the sample itself would be changed, and every mutant made of it later.
  const copy = new Uint8Array(bytes);
  copy[at] = value;
  return copy;
};

/** Two places in order. */
function stretch(bytes: Uint8Array, dice: Dice): [number, number] {
  const one = dice.below(bytes.length + 1);
  const two = dice.chance(0.7) ? Math.min(bytes.length, one + dice.below(17)) : dice.below(bytes.length + 1);
  return one < two ? [one, two] : [two, one];
}

/** Initial bytes of CBOR that are forbidden or at an edge, and values that lengths like to go wrong at. */
const telling = [
  0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x3b, 0x40, 0x58, 0x5b, 0x5f, 0x60, 0x78, 0x7b, 0x7f,
  0x80, 0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xd2, 0xd8, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff,
];

const mutations: readonly Mutation[] = [
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    return overwrite(bytes, at, (bytes[at] as number) ^ (1 << dice.below(8)));
  },
  (bytes, dice) => overwrite(bytes, dice.below(bytes.length), dice.below(256)),
  (bytes, dice) => overwrite(bytes, dice.below(bytes.length), dice.pick(telling)),
  // A length or a value, one more or one less.
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    return overwrite(bytes, at, (bytes[at] as number) + dice.pick([-1, 1]));
  },
  // Another major type with the same argument.
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    return overwrite(bytes, at, ((bytes[at] as number) & 0x1f) | (dice.below(8) << 5));
  },
  (bytes, dice) => bytes.slice(0, dice.below(bytes.length)),
  (bytes, dice) => bytes.slice(dice.below(Math.min(bytes.length, 64))),
  (bytes, dice) => {
    const [start, end] = stretch(bytes, dice);
    return concatBytes(bytes.subarray(0, start), bytes.subarray(end));
  },
  (bytes, dice) => {
    const [start, end] = stretch(bytes, dice);
    return concatBytes(bytes.subarray(0, end), bytes.subarray(start));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return concatBytes(bytes.subarray(0, at), dice.bytes(1 + dice.below(9)), bytes.subarray(at));
  },
  (bytes, dice, others) => {
    const other = dice.pick(others);
    const [start, end] = stretch(other, dice);
    const at = dice.below(bytes.length + 1);
    const skip = dice.chance(0.5) ? end - start : 0;
    return concatBytes(bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at + skip));
  },
  (bytes, dice, others) => {
    const other = dice.pick(others);
    return concatBytes(
      bytes.subarray(0, dice.below(bytes.length + 1)),
      other.subarray(dice.below(other.length + 1)),
    );
  },
];

/** One to four mutations, mostly one; `others` are what is spliced in. */
export function mutate(bytes: Uint8Array, dice: Dice, others: readonly Uint8Array[]): Uint8Array {
  let mutant = bytes;
  const count = dice.chance(0.6) ? 1 : 1 + dice.below(4);
  for (let i = 0; i < count && mutant.length > 0; i++) mutant = dice.pick(mutations)(mutant, dice, others);
  return mutant;
}
