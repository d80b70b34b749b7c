/** The clock of a simulation and what is to happen by it: earliest first, and in order of asking where two are at once. */

type Entry = { readonly atMs: number; readonly number: number; readonly happen: () => void };

const isBefore = (a: Entry, b: Entry): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number);

/** A binary heap. Time stands still while something happens, and jumps to whatever is next. */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #asked = 0;
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, happen: () => void): void {
    const heap = this.#heap;
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), number: this.#asked++, happen };
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(entry, heap[above] as Entry)) break;
      heap[place] = heap[above] as Entry;
      place = above;
    }
    heap[place] = entry;
  }

  /** Lets everything happen that is due up to a moment, which then is now. */
  runUntil(untilMs: number): void {
    while (this.runNext(untilMs));
    this.#nowMs = untilMs;
  }

  /** Lets the first thing happen that is due up to a moment; false where there is none. */
  runNext(untilMs: number): boolean {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > untilMs) return false;
    this.#removeFirst();
    this.#nowMs = first.atMs;
    first.happen();
    return true;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below++;
      if (!isBefore(heap[below] as Entry, last)) break;
      heap[place] = heap[below] as Entry;
      place = below;
    }
    heap[place] = last;
  }
}
