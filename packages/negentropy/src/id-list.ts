/** A list of ids from the other side, held against the items of a range: who has what the other lacks. */
import type { Snapshot } from "./item-set.ts";
import { idAt, idBytes, idWords } from "./key.ts";

export type Difference = {
  /** Ids that we have and the list lacks. */
  readonly have: readonly Uint8Array[];
  /** Ids of the list that we lack, each once. */
  readonly need: readonly Uint8Array[];
};

/** Compares a list, in whatever order and with whatever repetitions, with the items from one number up to another. */
export function difference(items: Snapshot, from: number, to: number, ids: Uint8Array): Difference {
  const list = new SortedIds(ids);
  const have: Uint8Array[] = [];
  items.visit(from, to, (keys, at) => {
    if (!list.strike(keys, at + 2)) have.push(idAt(keys, at));
  });
  return { have, need: list.left() };
}

/** Sorted, not hashed: whoever chooses the ids cannot choose how long looking for one takes. */
class SortedIds {
  readonly #ids: Uint8Array;
  readonly #words: Uint32Array;
  /** The beginnings of the ids in `#words`, in order. */
  readonly #order: Uint32Array;
  readonly #struck: Uint8Array;

  constructor(ids: Uint8Array) {
    const count = ids.length / idBytes;
    const view = new DataView(ids.buffer, ids.byteOffset, ids.length);
    const words = new Uint32Array(count * idWords);
    for (let word = 0; word < words.length; word++) words[word] = view.getUint32(4 * word, true);
    this.#ids = ids;
    this.#words = words;
    this.#order = Uint32Array.from({ length: count }, (_, i) => i * idWords).sort((a, b) =>
      compareIds(words, a, words, b),
    );
    this.#struck = new Uint8Array(count);
  }

  /** Strikes an id off the list, and tells whether it stood there. */
  strike(words: Uint32Array, at: number): boolean {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(this.#words, this.#order[middle] as number, words, at) < 0) low = middle + 1;
      else high = middle;
    }
    const stands = low < this.#order.length && this.#is(low, words, at);
    if (stands) this.#struck[low] = 1;
    return stands;
  }

  /** What was not struck off. */
  left(): Uint8Array[] {
    const left: Uint8Array[] = [];
    for (let place = 0; place < this.#order.length; ) {
      const start = this.#order[place] as number;
      if (this.#struck[place] === 0) left.push(this.#ids.slice(start * 4, start * 4 + idBytes));
      // Its repetitions follow it.
      do place++;
      while (place < this.#order.length && this.#is(place, this.#words, start));
    }
    return left;
  }

  #is(place: number, words: Uint32Array, at: number): boolean {
    return compareIds(this.#words, this.#order[place] as number, words, at) === 0;
  }
}

/** Any order will do. */
function compareIds(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  for (let word = 0; word < idWords; word++) {
    const difference = (a[aAt + word] as number) - (b[bAt + word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
