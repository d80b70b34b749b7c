/** Why a catalogue has no offer for an intent, in terms that its owner can act on. */

export const missReasons = {
  "intent-over": "the intent has expired, or the time in which it can be awarded has passed",
  currency: "the intent is in another currency than the catalogue",
  place: "the shop does not serve the place",
  terms: "the intent requires terms that the shop does not accept",
  delivery: "the shop delivers in none of the ways that the intent allows",
  "too-late": "the shop cannot deliver as early as the intent wants it",
  price: "the shop's total is above what the intent allows",
  "not-sold": "nothing in the catalogue is like what is wanted",
  requirement: "the item is not as the intent requires it to be, or not known to be",
  condition: "the item is in another condition than the intent allows",
  unit: "the quantity is not in whole pieces, dozens or the like",
  stock: "fewer are left than wanted",
} as const;
export type MissReason = keyof typeof missReasons;

/** One thing that stood in the way: for the intent as a whole, for a wanted line, or for one item that came near. */
export type Miss = {
  readonly reason: MissReason;
  readonly detail: string;
  /** The wanted line, counted from 0. */
  readonly line?: number;
  readonly sku?: string;
};

/** Everything that stood in the way, items that came near included. */
export type NoOffer = { readonly misses: readonly [Miss, ...Miss[]] };

export const miss = (reason: MissReason, detail: string, at: Pick<Miss, "line" | "sku"> = {}): Miss => ({
  reason,
  detail,
  ...at,
});
