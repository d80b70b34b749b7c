/** What a shop has left to promise: its catalogue's stock less what awards hold, counted along as deals move. */
import { type Deal, toHex, type UnixSeconds } from "@intentcast/protocol";
import type { Reserved } from "../catalogue/answer.ts";
import type { Catalogue, Item } from "../catalogue/catalogue.ts";
import { type Mates, matesIn, piecesOfAll } from "../catalogue/shared-stock.ts";
import type { Thread } from "../thread/ledger.ts";
import { type Count, type Hold, holdOf, piecesBySku } from "./hold.ts";

/** The threads of a seller, and news of each that moves. */
export type Threads = {
  readonly threads: readonly Thread[];
  watch(moved: (thread: Thread) => void): void;
};

export class Stock {
  readonly #threads: Threads;
  /** By the thread's key. */
  readonly #holds = new Map<string, Hold>();
  /** The threads that hold pieces of an item, by its SKU. */
  readonly #holders = new Map<string, Set<string>>();
  readonly #reserved = new Map<string, number>();
  #items: ReadonlyMap<string, Item> = new Map();
  #mates: Mates = matesIn([]);
  /** Of items that an earlier catalogue had and this one has no more: the stock that they shared, by SKU. */
  readonly #departed = new Map<string, string>();
  /** An item of each shared stock. */
  #heirs: ReadonlyMap<string, string> = new Map();
  #count: Count = { countedAt: 0 };

  constructor(threads: Threads, catalogue: Catalogue, now: UnixSeconds) {
    this.#threads = threads;
    this.replace(catalogue, now);
    threads.watch((thread) => this.#move(thread));
  }

  /** Counts from another catalogue on, which is true as of its `countedAt` or, where it says none, of `now`. */
  replace({ items, counts, countedAt }: Catalogue, now: UnixSeconds): void {
    for (const { sku, sharedStock } of this.#items.values())
      if (sharedStock !== undefined) this.#departed.set(sku, sharedStock);
    this.#items = new Map(items.map((item) => [item.sku, item]));
    for (const sku of this.#items.keys()) this.#departed.delete(sku);
    this.#heirs = new Map(items.flatMap(({ sku, sharedStock }) => (sharedStock ? [[sharedStock, sku]] : [])));
    this.#mates = matesIn(items);
    this.#count = { countedAt: countedAt ?? now, counts };
    this.#holds.clear();
    this.#holders.clear();
    this.#reserved.clear();
    for (const thread of this.#threads.threads) this.#move(thread);
  }

  /** Pieces by SKU that awards hold. */
  get reserved(): Reserved {
    return this.#reserved;
  }

  /** Whether what a deal awards is there for it. Of two awards for the last piece the one that came first has it. */
  isThereFor(deal: Deal): boolean {
    const position = this.#holds.get(toHex(deal.intent.id))?.position ?? Number.POSITIVE_INFINITY;
    const wanted = piecesBySku(deal);
    return [...wanted.keys()].every((sku) => {
      const item = this.#items.get(sku);
      if (item?.available === undefined) return item !== undefined;
      const mates = this.#mates(item);
      const held = mates.reduce((sum, mate) => sum + this.#heldBefore(position, mate), 0);
      return item.available - held >= piecesOfAll(mates, wanted);
    });
  }

  #heldBefore(position: number, sku: string): number {
    let held = 0;
    for (const key of this.#holders.get(sku) ?? []) {
      const hold = this.#holds.get(key);
      if (hold !== undefined && hold.position < position) held += hold.pieces.get(sku) ?? 0;
    }
    return held;
  }

  /** Puts what the thread holds now in the place of what it held before. */
  #move(thread: Thread): void {
    const { key } = thread;
    const before = this.#holds.get(key);
    const after = this.#inherited(holdOf(thread, this.#count));
    for (const [sku, pieces] of before?.pieces ?? []) {
      this.#holders.get(sku)?.delete(key);
      this.#add(sku, -pieces);
    }
    this.#holds.delete(key);
    if (after === undefined) return;
    this.#holds.set(key, after);
    for (const [sku, pieces] of after.pieces) {
      const holders = this.#holders.get(sku) ?? new Set();
      this.#holders.set(sku, holders.add(key));
      this.#add(sku, pieces);
    }
  }

  /** Pieces of an item that is gone are held of one that shared its stock: the stock is still there, less by these. */
  #inherited(hold: Hold | undefined): Hold | undefined {
    if (hold === undefined || this.#departed.size === 0) return hold;
    const pieces = new Map<string, number>();
    for (const [sku, count] of hold.pieces) {
      const heir = this.#heirs.get(this.#departed.get(sku) ?? "") ?? sku;
      pieces.set(heir, (pieces.get(heir) ?? 0) + count);
    }
    return { ...hold, pieces };
  }

  #add(sku: string, pieces: number): void {
    const reserved = (this.#reserved.get(sku) ?? 0) + pieces;
    if (reserved === 0) this.#reserved.delete(sku);
    else this.#reserved.set(sku, reserved);
    if (this.#holders.get(sku)?.size === 0) this.#holders.delete(sku);
  }
}
