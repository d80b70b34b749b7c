/**
 * Memory for blocks of 32-bit words. A block has one of some forty sizes, and a page holds blocks of one size, so that what
 * is freed is used again and a page without blocks serves any size. It grows by a region at a time and copies nothing.
 */

/** The most words in a block. Every block begins at a multiple of four. */
export const largestBlock = 512;

const pageBits = 12;
const pageWords = 1 << pageBits;
const regionBits = 18;
const pagesPerRegion = 1 << (regionBits - pageBits);

/** Where a block stands in its region: `arena.regions[address >>> regionShift]`, at `address & offsetMask`. */
export const regionShift = regionBits;
export const offsetMask = (1 << regionBits) - 1;

const sizes: number[] = [];
for (let size = 8; size <= largestBlock; size += Math.max(4, 2 ** Math.floor(Math.log2(size)) / 8)) {
  sizes.push(size);
}
/** The smallest size that holds so many words, by number. */
const classOf = Uint8Array.from({ length: largestBlock + 1 }, (_, words) =>
  sizes.findIndex((size) => size >= words),
);

const noWords = new Int32Array(0);

export class Arena {
  /** 1 MiB each; empty ones hold no memory. */
  readonly regions: Int32Array[] = [];
  /** By region: its pages that hold no block. */
  readonly #freePages: number[][] = [];
  /** No region before this one has such a page. */
  #roomy = 0;
  /** By page: the size of its blocks, how many there are, the first that was freed, and where none has been yet. */
  readonly #class: number[] = [];
  readonly #blocks: number[] = [];
  readonly #freed: number[] = [];
  readonly #fresh: number[] = [];
  /** By size: the pages that have room, as a ring-less list through `#next` and `#previous`; 0 ends it. */
  readonly #withRoom = sizes.map(() => 0);
  readonly #next: number[] = [];
  readonly #previous: number[] = [];

  /** The address of a block of at least so many words, whatever they hold; never 0. */
  take(words: number): number {
    const size = classOf[words] as number;
    const page = this.#withRoom[size] || this.#openPage(size);
    const blocks = (this.#blocks[page] as number) + 1;
    const width = sizes[size] as number;
    this.#blocks[page] = blocks;
    if ((blocks + 1) * width > pageWords) this.#leaveList(page, size);
    const freed = this.#freed[page] as number;
    if (freed !== 0) {
      this.#freed[page] = (this.regions[freed >>> regionBits] as Int32Array)[freed & offsetMask] as number;
      return freed;
    }
    const fresh = this.#fresh[page] as number;
    this.#fresh[page] = fresh + width;
    return fresh;
  }

  give(address: number): void {
    const page = address >>> pageBits;
    const size = this.#class[page] as number;
    const blocks = this.#blocks[page] as number;
    if ((blocks + 1) * (sizes[size] as number) > pageWords) this.#joinList(page, size);
    this.#blocks[page] = blocks - 1;
    (this.regions[address >>> regionBits] as Int32Array)[address & offsetMask] = this.#freed[page] as number;
    this.#freed[page] = address;
    if (blocks === 1) this.#closePage(page, size);
  }

  /** How many words a block holds. */
  room(address: number): number {
    return sizes[this.#class[address >>> pageBits] as number] as number;
  }

  #openPage(size: number): number {
    while (this.#roomy < this.regions.length && this.#freePages[this.#roomy]?.length === 0) this.#roomy += 1;
    const region = this.#roomy;
    if (region === this.regions.length) this.#addRegion();
    const pages = this.#freePages[region] as number[];
    if (this.regions[region] === noWords) this.regions[region] = new Int32Array(1 << regionBits);
    const page = pages.pop() as number;
    this.#class[page] = size;
    this.#blocks[page] = 0;
    this.#freed[page] = 0;
    this.#fresh[page] = page << pageBits;
    this.#joinList(page, size);
    return page;
  }

  #addRegion(): void {
    const region = this.regions.length;
    this.regions.push(noWords);
    const first = region * pagesPerRegion;
    const pages: number[] = [];
    // Page 0 is given to nobody, so that no address is 0.
    for (let page = first + pagesPerRegion - 1; page >= Math.max(first, 1); page--) pages.push(page);
    this.#freePages.push(pages);
  }

  #closePage(page: number, size: number): void {
    this.#leaveList(page, size);
    const region = Math.floor(page / pagesPerRegion);
    const pages = this.#freePages[region] as number[];
    pages.push(page);
    this.#roomy = Math.min(this.#roomy, region);
    if (pages.length === pagesPerRegion - (region === 0 ? 1 : 0)) this.regions[region] = noWords;
  }

  #joinList(page: number, size: number): void {
    const head = this.#withRoom[size] as number;
    this.#next[page] = head;
    this.#previous[page] = 0;
    if (head !== 0) this.#previous[head] = page;
    this.#withRoom[size] = page;
  }

  #leaveList(page: number, size: number): void {
    const next = this.#next[page] as number;
    const previous = this.#previous[page] as number;
    if (next !== 0) this.#previous[next] = previous;
    if (previous !== 0) this.#next[previous] = next;
    else this.#withRoom[size] = next;
  }
}
