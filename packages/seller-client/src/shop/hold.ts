/** Which pieces a deal holds, so that nobody else is promised them: the rule of stock, pure. */
import { type Deal, equalBytes, type UnixSeconds } from "@intentcast/protocol";
import type { StockCount } from "../catalogue/catalogue.ts";
import { piecesOf } from "../catalogue/pieces.ts";
import { keepSeconds, type Thread } from "../thread/ledger.ts";

/** What a catalogue's stock counts, and as of when it is true, in Unix seconds. */
export type Count = { readonly countedAt: UnixSeconds; readonly counts?: StockCount | undefined };

/** What one award holds. */
export type Hold = {
  /** Where the award stands in the journal: of two awards the lower came first. */
  readonly position: number;
  /** Pieces by SKU. */
  readonly pieces: ReadonlyMap<string, number>;
};

/**
 * An award holds the pieces of its offer. They are released when the deal is declined or cancelled. A sale that is
 * settled, by a receipt or by delivery, holds them until a catalogue is read that was counted after it: that one's
 * stock lacks them already. A sale of which nothing was heard for thirty days is settled by then, as nobody can say
 * anything in it any more. Where the catalogue counts what is unsold, an order is settled when it is confirmed.
 */
export function holdOf(
  { deal, awardedAt, movedAt }: Thread,
  { countedAt, counts = "shelf" }: Count,
): Hold | undefined {
  if (awardedAt === undefined || deal.phase === "declined" || deal.phase === "cancelled") return undefined;
  const settledAt = settlementOf(deal, counts) ?? movedAt + keepSeconds;
  return settledAt < countedAt ? undefined : { position: awardedAt, pieces: piecesBySku(deal) };
}

/** When the catalogue's stock began to lack the goods, by our own words. */
const settlementOf = ({ messages, seller }: Deal, counts: StockCount): UnixSeconds | undefined =>
  messages.find(
    (one) =>
      one.kind === "receipt" ||
      (one.kind === "order" && counts === "unsold") ||
      (one.kind === "update" &&
        one.body.status === "OrderDelivered" &&
        seller !== undefined &&
        equalBytes(one.author, seller)),
  )?.body.issued;

/** What the deal's offer takes of each item; of a quantity that is not counted in pieces, as many as it is at most. */
export function piecesBySku({ offer }: Deal): ReadonlyMap<string, number> {
  const pieces = new Map<string, number>();
  for (const { sku, quantity } of offer?.body.lines ?? []) {
    if (sku === undefined) continue;
    const { value, scale = 0 } = quantity;
    pieces.set(sku, (pieces.get(sku) ?? 0) + (piecesOf(quantity) ?? Math.ceil(value / 10 ** scale)));
  }
  return pieces;
}
