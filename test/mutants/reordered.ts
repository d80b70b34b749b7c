/** The encoding of a value with one fault that no encoder of ours can make: keys out of order or twice, and the like. */
import { concatBytes, encodeValue } from "@intentcast/protocol";
import type { Dice } from "../fuzz/dice.ts";

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const size = (value: unknown): number =>
  1 +
  (isMap(value) || Array.isArray(value)
    ? Object.values(value)
        .map(size)
        .reduce((a, b) => a + b, 0)
    : 0);

/** The fault stands in an item chosen evenly among all of the value's, keys left aside. */
export function withFault(value: unknown, dice: Dice): Uint8Array {
  let place = dice.below(size(value));
  const write = (item: unknown): Uint8Array => {
    const isHere = place-- === 0;
    if (isMap(item)) return writeMap(item, isHere);
    if (Array.isArray(item)) return concatBytes(headOf(item, isHere), ...item.map(write));
    return isHere ? fault(item) : encodeValue(item);
  };
  const writeMap = (map: Record<string, unknown>, isHere: boolean): Uint8Array => {
    const pairs = Object.entries(map)
      .map(([key, item]): [Uint8Array, unknown] => [encodeValue(key), item])
      .sort(([a], [b]) => Buffer.compare(a, b))
      .map(([key, item]) => concatBytes(key, write(item)));
    if (!isHere || pairs.length === 0) return concatBytes(headOf(map, isHere), ...pairs);
    const [one, other] = [dice.below(pairs.length), dice.below(pairs.length)];
    const changed = dice.chance(0.5)
      ? pairs.with(one, pairs[other] as Uint8Array).with(other, pairs[one] as Uint8Array)
      : pairs.with(other, pairs[one] as Uint8Array);
    return concatBytes(headOf(map, false), ...changed);
  };
  const headOf = (branch: object, isWrong: boolean): Uint8Array => {
    const majorType = Array.isArray(branch) ? 4 : 5;
    const count = Object.keys(branch).length + (isWrong ? dice.pick([-1, 1, 2]) : 0);
    const head = encodeValue(Math.max(0, count));
    head[0] = (head[0] as number) | (majorType << 5);
    return isWrong && dice.chance(0.3) ? Uint8Array.of((majorType << 5) | dice.pick([24, 28, 31]), 1) : head;
  };
  const fault = (item: unknown): Uint8Array => {
    const right = encodeValue(item);
    const first = right[0] as number;
    return dice.pick([
      // The argument in a longer form than it needs.
      () =>
        (first & 31) < 24
          ? concatBytes(Uint8Array.of((first & 0xe0) | 24, first & 31), right.slice(1))
          : right.slice(1),
      () => Uint8Array.of(dice.pick([0xf6, 0xf7, 0xf8, 0xe0, 0xff])),
      () => Uint8Array.of(0xf9, 0x3c, 0x00),
      () => concatBytes(Uint8Array.of(0xc0 | dice.below(24)), right),
      () => Uint8Array.of(0x1b, 0x00, 0x20, 0, 0, 0, 0, 0, dice.below(2)),
      () => Uint8Array.of(0x62, 0xc0, 0xaf),
      () => new Uint8Array(0),
    ])();
  };
  return write(value);
}
