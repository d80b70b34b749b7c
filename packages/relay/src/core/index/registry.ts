/** Who is in the index: each entry has a small number, its place, by which postings name it and which is noted on itself. */

const chunkBits = 14;
const chunkSize = 1 << chunkBits;

/** What can be in a registry, and in one at a time: its place is the registry's to write. */
export type Placed = { place?: number | undefined };

/** Places that were given back hold a number instead of an entry: each the one given back before. */
type Content<S> = S | number;

export class Registry<S extends Placed> {
  size = 0;
  /** Chunks, because an array that doubles would stop everything while it is copied. */
  readonly #entries: Content<S>[][] = [];
  readonly #notes: Int32Array[] = [];
  #free = -1;
  #fresh = 0;

  has(entry: S): boolean {
    const { place } = entry;
    return place !== undefined && this.#entries[place >>> chunkBits]?.[place & (chunkSize - 1)] === entry;
  }

  /** Takes an entry that is in no registry, and returns its place; the note is kept with it. */
  add(entry: S, note: number): number {
    const place = this.#unused();
    (this.#entries[place >>> chunkBits] as Content<S>[])[place & (chunkSize - 1)] = entry;
    this.setNote(place, note);
    entry.place = place;
    this.size += 1;
    return place;
  }

  /** Lets go of an entry that is here. */
  remove(entry: S): void {
    const place = entry.place as number;
    (this.#entries[place >>> chunkBits] as Content<S>[])[place & (chunkSize - 1)] = this.#free;
    this.#free = place;
    entry.place = undefined;
    this.size -= 1;
  }

  at(place: number): S {
    return (this.#entries[place >>> chunkBits] as S[])[place & (chunkSize - 1)] as S;
  }

  note(place: number): number {
    return (this.#notes[place >>> chunkBits] as Int32Array)[place & (chunkSize - 1)] as number;
  }

  setNote(place: number, note: number): void {
    (this.#notes[place >>> chunkBits] as Int32Array)[place & (chunkSize - 1)] = note;
  }

  #unused(): number {
    const given = this.#free;
    if (given >= 0) {
      this.#free = (this.#entries[given >>> chunkBits] as number[])[given & (chunkSize - 1)] as number;
      return given;
    }
    const place = this.#fresh++;
    if (place >>> chunkBits === this.#entries.length) {
      this.#entries.push(new Array<Content<S>>(chunkSize).fill(-1));
      this.#notes.push(new Int32Array(chunkSize));
    }
    return place;
  }
}
