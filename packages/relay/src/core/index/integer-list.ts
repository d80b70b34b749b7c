/** A list of integers that is filled and emptied at each message without asking for memory again. */
export class IntegerList {
  items = new Int32Array(64);
  length = 0;

  push(item: number): void {
    if (this.length === this.items.length) {
      const items = new Int32Array(2 * this.length);
      items.set(this.items);
      this.items = items;
    }
    this.items[this.length++] = item;
  }

  /** What one very large message needed is given back with the next. */
  clear(): void {
    if (this.items.length > 16_384 && this.length < 1024) this.items = new Int32Array(64);
    this.length = 0;
  }
}
