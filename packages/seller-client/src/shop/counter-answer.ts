/** What a shop answers to a counter: pure, from its catalogue and the least that it accepts. */
import {
  type Body,
  type Change,
  checkAnswer,
  type Deal,
  type Signed,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { Refusal } from "../answering.ts";
import { answerIntent, type Reserved } from "../catalogue/answer.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type OfferDraft, propose, totalOf } from "../offer-draft.ts";

/**
 * The offer as the counter would have it, as far as the shop can: other quantities or another delivery at the
 * catalogue's prices, and the total asked for, where that is at least the share `floor` of its own. Where it cannot,
 * the offer at its own price; where there is none any more, a refusal.
 */
export function answerCounter(
  { intent, counter }: Deal,
  catalogue: Catalogue,
  floor: number,
  now: UnixSeconds,
  reserved: Reserved,
): OfferDraft | Refusal {
  const change = counter?.body.change ?? {};
  const asked = answerIntent(changed(intent, change), catalogue, now, reserved);
  const asCast = answerIntent(intent, catalogue, now, reserved);
  const drafts = [
    ...(asked.ok ? [discounted(asked.value, change.total, floor), asked.value] : []),
    ...(asCast.ok ? [asCast.value] : []),
  ];
  const draft = drafts.find(
    (one) => checkAnswer(intent.body, change, propose(one, intent.body, now), now).ok,
  );
  return draft ?? { decline: change.total === undefined ? "other" : "price" };
}

/** The intent as it would be, had the buyer cast what the counter asks for; its price is left to the discount. */
function changed(intent: Signed<"intent">, change: Change): Signed<"intent"> {
  const { delivery, deliveredUntil, quantities = [] } = change;
  const { price: _, ...body } = intent.body;
  const want = body.want.map((wanted, place) => ({
    ...wanted,
    quantity: quantities.find(({ line }) => line === place)?.quantity ?? wanted.quantity,
  }));
  const wished: Body<"intent"> = {
    ...body,
    want,
    ...(delivery !== undefined && { delivery: [delivery] }),
    ...(deliveredUntil !== undefined && { when: { ...body.when, until: deliveredUntil } }),
  };
  return { ...intent, body: wished };
}

function discounted(draft: OfferDraft, total: number | undefined, floor: number): OfferDraft {
  if (draft.breakdown === undefined || total === undefined) return draft;
  const own = totalOf(draft.breakdown);
  if (total >= own || total < own * floor) return draft;
  return { ...draft, breakdown: { ...draft.breakdown, discount: own - total } };
}
