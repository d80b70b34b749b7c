/** Choices read from bytes, so that whoever makes or shortens bytes makes and shortens what is chosen by them. */

export type Tape = {
  readonly isOver: boolean;
  /** An integer from 0 to `limit` − 1; 0 when the bytes are over. */
  below(limit: number): number;
  /** Whether, in so many of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** `least` to `most` of whatever is made. */
  list<T>(least: number, most: number, make: () => T): T[];
};

export function tapeOf(bytes: Uint8Array): Tape {
  let at = 0;
  const below = (limit: number): number => {
    let value = 0;
    for (let width = 1; width < limit; width *= 256) value = value * 256 + (bytes[at++] ?? 0);
    return value % limit;
  };
  return {
    get isOver() {
      return at >= bytes.length;
    },
    below,
    chance: (percent) => below(256) >= 256 - 2.56 * percent,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    list: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
  };
}
