/** Cheap seeded randomness for fuzzing: input number i of a target is the same whatever ran before it. */

export type Dice = {
  /** An integer from 0 to `limit` − 1. */
  readonly below: (limit: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
  readonly bytes: (length: number) => Uint8Array;
};

/** Dice that show the same for the same words and numbers. sfc32, seeded through FNV-1a and warmed up. */
export function diceOf(...seed: readonly (string | number)[]): Dice {
  let hash = 0x811c9dc5;
  for (const char of seed.join("/")) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193);
  let a = hash;
  let b = Math.imul(hash, 0x9e3779b1) ^ 0x1234567;
  let c = hash ^ 0x7f4a7c15;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();

  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    chance: (probability) => next() < probability * 2 ** 32,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i += 4) {
        const word = next();
        for (let k = 0; k < 4 && i + k < length; k++) bytes[i + k] = word >>> (8 * k);
      }
      return bytes;
    },
  };
}
