/** What a seller decides about an offer; the rest of the message follows from the thread. */
import { type Body, hour, type UnixSeconds } from "@intentcast/protocol";

type Offer = Body<"offer">;

/**
 * An offer as a seller drafts it. The total is the breakdown's; where there is no breakdown, it is the sum of the
 * lines, with nothing added for delivery or tax. Without `expires` the offer is firm for an hour, at most for as long
 * as the intent lives.
 */
export type OfferDraft = Pick<Offer, "lines" | "currency"> &
  Partial<Pick<Offer, "breakdown" | "delivery" | "payment" | "terms" | "note" | "expires">>;

/** A draft with nothing left open: the part of an offer's body that an intent has a say in, and the rest of its own. */
export type Proposed = OfferDraft & Pick<Offer, "issued" | "expires" | "breakdown" | "total">;

/** Completes a draft as {@link OfferDraft} says. */
export function propose(draft: OfferDraft, intent: Body<"intent">, now: UnixSeconds): Proposed {
  const goods = draft.lines.reduce((sum, line) => sum + line.price, 0);
  const breakdown = draft.breakdown ?? { goods };
  return {
    ...draft,
    issued: now,
    expires: draft.expires ?? Math.min(now + hour, intent.expires),
    breakdown,
    total: totalOf(breakdown),
  };
}

export const totalOf = ({
  goods,
  delivery = 0,
  tax = 0,
  fees = 0,
  discount = 0,
}: Offer["breakdown"]): number => goods + delivery + tax + fees - discount;
