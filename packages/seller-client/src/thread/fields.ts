/** What each kind of message says, from what its seller decided and what the deal has come to: pure. */
import {
  type Body,
  type Deal,
  IntentcastError,
  reject,
  type SealedKind,
  type Signed,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { OrderDetails, ReceiptDetails, Refusal, UpdateDetails } from "../answering.ts";
import { type OfferDraft, propose } from "../offer-draft.ts";

/** A body without what every message of a thread has alike; `prev` is what it answers. */
export type Fields<K extends SealedKind> = Omit<Body<K>, "nonce" | "issued" | "thread" | "to">;

/** Who offers: what every offer of one seller says alike. */
export type Offeror = Pick<Body<"offer">, "seller" | "reply"> & { readonly domain?: string };

export function offerFields(
  deal: Deal,
  draft: OfferDraft,
  offeror: Offeror,
  now: UnixSeconds,
): Fields<"offer"> {
  const { issued: _, ...proposed } = propose(draft, deal.intent.body, now);
  return { ...proposed, ...offeror, prev: latestOf(deal).id };
}

/** `number` is the order's where the details name none. */
export function orderFields(deal: Deal, details: OrderDetails, number: string): Fields<"order"> {
  const { total, currency, delivery } = offerOf(deal).body;
  return { number, ...(delivery && { delivery }), ...details, total, currency, prev: latestOf(deal).id };
}

export function receiptFields(
  deal: Deal,
  { paid, ...details }: ReceiptDetails,
  now: UnixSeconds,
): Fields<"receipt"> {
  const { id, body } = orderOf(deal);
  return { ...details, paid: { total: body.total, at: now, ...paid, currency: body.currency }, prev: id };
}

export const declineFields = (deal: Deal, { decline, note }: Refusal): Fields<"decline"> => ({
  reason: decline,
  ...(note !== undefined && { note }),
  prev: latestOf(deal).id,
});

export const noteFields = ({ messages, intent }: Deal, text: string): Fields<"note"> => ({
  text,
  prev: (messages.at(-1) ?? intent).id,
});

export const updateFields = (deal: Deal, update: UpdateDetails): Fields<"update"> => ({
  ...update,
  prev: orderOf(deal).id,
});

/** What the seller's next word answers: the award, the counter that awaits an answer, the latest offer, the intent. */
function latestOf({ intent, offer, counter, award, phase }: Deal): Signed {
  return award ?? (phase === "countered" ? counter : undefined) ?? offer ?? intent;
}

function offerOf({ offer }: Deal): Signed<"offer"> {
  if (offer === undefined) throw new IntentcastError(reject("out-of-turn", "there is no offer").error);
  return offer;
}

function orderOf({ order }: Deal): Signed<"order"> {
  if (order === undefined) throw new IntentcastError(reject("out-of-turn", "there is no order").error);
  return order;
}

/** Under which key an answer stands in the journal: of all the answers to one message one is given. */
export const answerKeys = {
  intent: ({ intent }: Deal): string => `answer/${toHex(intent.id)}`,
  award: ({ award, intent }: Deal): string => `answer/${toHex((award ?? intent).id)}`,
  counter: ({ counter, intent }: Deal): string => `answer/${toHex((counter ?? intent).id)}`,
  receipt: ({ intent }: Deal): string => `receipt/${toHex(intent.id)}`,
};

/** The first offer answers the intent, every further one the counter. */
export const offerKey = (deal: Deal): string =>
  deal.phase === "open" ? answerKeys.intent(deal) : answerKeys.counter(deal);

/** A refusal takes the place of the answer that is due; one that nobody waits for has no key. */
export function refusalKey(deal: Deal): string | undefined {
  if (deal.phase === "awarded") return answerKeys.award(deal);
  return deal.phase === "countered" ? answerKeys.counter(deal) : undefined;
}
