/** A set of positive integers that is filled and emptied at each message, and small enough to stay in the nearest cache. */

const usualSlots = 1024;
const mostSlots = 16_384;

export class IntegerSet {
  /** Odd and secret, so that nobody can choose integers that fall on one slot. */
  readonly #factor: number;
  #slots = new Int32Array(usualSlots);
  #shift = 32 - Math.log2(usualSlots);
  #filled: number[] = [];
  #size = 0;

  constructor(factor: number) {
    this.#factor = factor | 1;
  }

  has(value: number): boolean {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = Math.imul(value, this.#factor) >>> this.#shift;
    for (;;) {
      const held = slots[at];
      if (held === value) return true;
      if (held === 0) return false;
      at = (at + 1) & last;
    }
  }

  /** False when it was there. */
  add(value: number): boolean {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = Math.imul(value, this.#factor) >>> this.#shift;
    for (;;) {
      const held = slots[at];
      if (held === value) return false;
      if (held === 0) break;
      at = (at + 1) & last;
    }
    slots[at] = value;
    this.#filled[this.#size++] = at;
    if (this.#size * 4 > slots.length) this.#resize(slots.length * 4);
    return true;
  }

  /** What one very large message needed is given back with the next. */
  clear(): void {
    if (this.#slots.length > mostSlots) {
      this.#slots = new Int32Array(usualSlots);
      this.#shift = 32 - Math.log2(usualSlots);
      this.#filled = [];
    } else {
      for (let i = 0; i < this.#size; i++) this.#slots[this.#filled[i] as number] = 0;
    }
    this.#size = 0;
  }

  #resize(slots: number): void {
    const values = this.#slots.filter((value) => value !== 0);
    this.#slots = new Int32Array(slots);
    this.#shift = 32 - Math.log2(slots);
    this.#size = 0;
    for (const value of values) this.add(value);
  }
}
