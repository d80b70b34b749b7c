/** Who is in the index: each entry has a small number, by which postings name it, and is found again by its identity. */

const chunkBits = 10;
const chunkSize = 1 << chunkBits;

/** Maps that are larger take too long to grow. */
const mostInMap = 8192;
const shelves = 1024;

/** Numbers that were given back stand in the place of an entry, each with the one given back before. */
type Place<S> = S | number;

export class Registry<S extends object> {
  size = 0;
  /** Chunks, because an array that doubles would stop everything while it is copied. */
  readonly #entries: Place<S>[][] = [];
  readonly #notes: Int32Array[] = [];
  /** From entries to numbers, by a hash of what an entry says: several maps where very many say the same. */
  readonly #shelves: Map<S, number>[][] = [];
  #free = -1;
  #fresh = 0;

  /** The entry's number, or −1. */
  find(entry: S, hash: number): number {
    for (const map of this.#shelf(hash)) {
      const number = map.get(entry);
      if (number !== undefined) return number;
    }
    return -1;
  }

  /** Takes an entry that is not there; the note is kept with it. */
  add(entry: S, hash: number, note: number): number {
    const number = this.#unused();
    (this.#entries[number >>> chunkBits] as Place<S>[])[number & (chunkSize - 1)] = entry;
    this.setNote(number, note);
    const shelf = this.#shelf(hash);
    const map = shelf.findLast(({ size }) => size < mostInMap);
    if (map === undefined) shelf.push(new Map([[entry, number]]));
    else map.set(entry, number);
    this.size += 1;
    return number;
  }

  remove(entry: S, hash: number): void {
    const shelf = this.#shelf(hash);
    const at = shelf.findIndex((map) => map.has(entry));
    const map = shelf[at] as Map<S, number>;
    const number = map.get(entry) as number;
    map.delete(entry);
    if (map.size === 0) shelf.splice(at, 1);
    (this.#entries[number >>> chunkBits] as Place<S>[])[number & (chunkSize - 1)] = this.#free;
    this.#free = number;
    this.size -= 1;
  }

  at(number: number): S {
    return (this.#entries[number >>> chunkBits] as S[])[number & (chunkSize - 1)] as S;
  }

  note(number: number): number {
    return (this.#notes[number >>> chunkBits] as Int32Array)[number & (chunkSize - 1)] as number;
  }

  setNote(number: number, note: number): void {
    (this.#notes[number >>> chunkBits] as Int32Array)[number & (chunkSize - 1)] = note;
  }

  #shelf(hash: number): Map<S, number>[] {
    const at = hash & (shelves - 1);
    let shelf = this.#shelves[at];
    if (shelf === undefined) {
      shelf = [];
      this.#shelves[at] = shelf;
    }
    return shelf;
  }

  #unused(): number {
    const given = this.#free;
    if (given >= 0) {
      this.#free = (this.#entries[given >>> chunkBits] as number[])[given & (chunkSize - 1)] as number;
      return given;
    }
    const number = this.#fresh++;
    if (number >>> chunkBits === this.#entries.length) {
      this.#entries.push(Array.from({ length: chunkSize }, () => -1));
      this.#notes.push(new Int32Array(chunkSize));
    }
    return number;
  }
}
