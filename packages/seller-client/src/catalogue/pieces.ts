/** How many pieces a quantity is: what a shop counts its stock in. */
import type { Body } from "@intentcast/protocol";

type Quantity = Body<"offer">["lines"][number]["quantity"];

/** UN/CEFACT Rec 20: one, piece, each, dozen, gross, hundred. Pairs and sets are left out: they may be sold as one. */
const piecesByUnit: ReadonlyMap<string, number> = new Map([
  ["C62", 1],
  ["H87", 1],
  ["EA", 1],
  ["DZN", 12],
  ["GRO", 144],
  ["CEN", 100],
]);

/** Pieces in one of the unit; undefined for a unit that counts no pieces. */
export const piecesIn = (unit: string): number | undefined => piecesByUnit.get(unit);

/** Whole pieces; undefined where it is none. */
export function piecesOf({ value, scale = 0, unit }: Quantity): number | undefined {
  const pieces = (value * (piecesIn(unit) ?? Number.NaN)) / 10 ** scale;
  return Number.isSafeInteger(pieces) ? pieces : undefined;
}
