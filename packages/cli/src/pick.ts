/** Finds the one thing that a user means by the first digits of its id, or by an order's number. */
import type { Buyer, Cast } from "@intentcast/buyer-client";
import { type Deal, equalBytes, type Signed, toHex } from "@intentcast/protocol";
import { Failure, usage } from "./failure.ts";

/** The one whose id begins so; a Failure where there is none or more than one. */
export function pick<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  beginning: string,
  noun: string,
): T {
  if (!/^[0-9a-f]{4,64}$/.test(beginning))
    throw usage(`${beginning} is no id: at least 4 of its hex digits are needed`);
  const found = things.filter((thing) => idOf(thing).startsWith(beginning));
  if (found.length > 1) throw usage(`${beginning} begins ${found.length} ${noun}s; give more digits`);
  const [only] = found;
  if (only === undefined) throw new Failure(`no ${noun} here begins with ${beginning}`);
  return only;
}

export const pickCast = (buyer: Buyer, beginning: string): Cast =>
  pick(buyer.casts(), (cast) => cast.thread, beginning, "intent");

/** The deal with this order number, or whose offer's, award's or order's id begins so. */
export function pickDeal(deals: readonly Deal[], name: string): Deal {
  const numbered = deals.find(({ order }) => order?.body.number === name);
  if (numbered !== undefined) return numbered;
  const ids = deals.flatMap((deal) =>
    [deal.offer, deal.award, deal.order].flatMap((message) =>
      message === undefined ? [] : [{ deal, id: toHex(message.id) }],
    ),
  );
  return pick(ids, ({ id }) => id, name, "deal").deal;
}

/** A deal of the buyer's by its name, with its cast and its offer. */
export function pickOffered(buyer: Buyer, name: string): { cast: Cast; deal: Deal; offer: Signed<"offer"> } {
  const casts = buyer.casts();
  const deal = pickDeal(
    casts.flatMap((cast) => cast.deals()),
    name,
  );
  const cast = casts.find(({ intent }) => equalBytes(intent.id, deal.intent.id));
  if (cast === undefined || deal.offer === undefined) throw new Failure(`${name} has no offer yet`);
  return { cast, deal, offer: deal.offer };
}
