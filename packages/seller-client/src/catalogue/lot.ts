/** How many pieces of an item can be offered for a line: all that are wanted, or the part that is left. */
import type { Body, WantedLine } from "@intentcast/protocol";
import { piecesIn, piecesOf } from "./pieces.ts";

type Quantity = Body<"offer">["lines"][number]["quantity"];

/**
 * All pieces, where there are as many; less only where the protocol allows it, on an optional line or by a substitute
 * (spec/06-deal), and then in whole units of the quantity. 0 where that is nothing.
 */
export function lotOf({ quantity, optional }: WantedLine, substitute: boolean, left: number): number {
  const wanted = piecesOf(quantity) ?? 0;
  if (left >= wanted) return wanted;
  const unit = piecesIn(quantity.unit) ?? 1;
  return optional === true || substitute ? Math.floor(Math.max(0, left) / unit) * unit : 0;
}

/** So many pieces in the wanted unit: what the offered line says, and by which a part is known for one. */
export const quantityOf = (pieces: number, { quantity }: WantedLine): Quantity =>
  pieces === piecesOf(quantity)
    ? { ...quantity }
    : { value: pieces / (piecesIn(quantity.unit) ?? 1), unit: quantity.unit };
