/** Stock that several items share: one number of pieces for all variants of a product. */
import type { Item } from "./catalogue.ts";

/** The SKUs of the items that share an item's stock, its own included. */
export type Mates = (item: Item) => readonly string[];

const known = new WeakMap<readonly Item[], Mates>();

/** A shop looks at many intents with one list of items, which does not change; it is read once. */
export function matesIn(items: readonly Item[]): Mates {
  const present = known.get(items);
  if (present !== undefined) return present;
  const byStock = new Map<string, string[]>();
  for (const { sharedStock, sku } of items) {
    if (sharedStock === undefined) continue;
    const skus = byStock.get(sharedStock);
    if (skus === undefined) byStock.set(sharedStock, [sku]);
    else skus.push(sku);
  }
  const mates: Mates = ({ sharedStock, sku }) =>
    (sharedStock === undefined ? undefined : byStock.get(sharedStock)) ?? [sku];
  known.set(items, mates);
  return mates;
}

/** How many pieces these SKUs have together. */
export const piecesOfAll = (skus: readonly string[], pieces: ReadonlyMap<string, number>): number =>
  skus.reduce((sum, sku) => sum + (pieces.get(sku) ?? 0), 0);
