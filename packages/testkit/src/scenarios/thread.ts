/** The scenarios of spec/vectors/thread: which kind may follow in which phase, and where it leads. */
import { equalBytes } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import * as dealStory from "../deal-story.ts";
import type { Vector } from "../vectors.ts";
import { held, story } from "./deal.ts";
import { threadAnswerScenarios } from "./thread-answers.ts";
import { threadBoundScenarios } from "./thread-bounds.ts";
import {
  awarded,
  countered,
  decline,
  delivered,
  idAt,
  note,
  offered,
  opened,
  ordered,
  receipted,
  underWay,
} from "./thread-deals.ts";
import { threadTurnScenarios } from "./thread-turns.ts";
import { proceeds, refused } from "./thread-vector.ts";

const { offer } = dealStory;

const phases: readonly Vector[] = [
  proceeds("offer", "the first offer", opened, story.offer(opened), "offered"),
  proceeds("offer-again", "a newer offer, which withdraws nothing", offered, story.offer(offered), "offered"),
  proceeds("counter", "the buyer asks for another offer", offered, story.counter(offered), "countered"),
  proceeds(
    "counter-answered",
    "an offer that answers the counter",
    countered,
    story.offer(countered),
    "offered",
  ),
  proceeds(
    "counter-crossed",
    "an offer that answers the earlier offer, and crossed the counter",
    countered,
    story.offer(countered, { prev: idAt(countered, 1) }),
    "offered",
  ),
  proceeds("award", "an award", offered, story.award(offered), "awarded"),
  proceeds(
    "award-countered",
    "a countered offer is still firm",
    countered,
    story.award(countered),
    "awarded",
  ),
  proceeds("order", "the award is confirmed", awarded, story.order(awarded), "ordered"),
  proceeds("update", "the order is in the making", ordered, story.update(ordered), "ordered"),
  proceeds(
    "update-by-buyer",
    "a buyer who asks for cancellation moves nothing",
    ordered,
    story.update(ordered, { who: "buyer", status: "OrderCancelled" }),
    "ordered",
  ),
  proceeds("receipt", "a receipt", ordered, story.receipt(ordered), "receipted"),
  proceeds(
    "update-receipted",
    "an update after the receipt",
    receipted,
    story.update(receipted),
    "receipted",
  ),
  proceeds("note-offered", "a note", offered, note(offered), "offered"),
  proceeds(
    "note-by-seller",
    "the seller's, after the receipt",
    receipted,
    note(receipted, { who: "seller" }),
    "receipted",
  ),
  proceeds("declined-offer", "the buyer will not have it", offered, decline(offered, "buyer"), "declined"),
  proceeds("declined-own-offer", "the seller withdraws", countered, decline(countered, "seller"), "declined"),
  proceeds(
    "declined-award",
    "the seller cannot",
    awarded,
    decline(awarded, "seller", idAt(awarded, 1)),
    "declined",
  ),
  proceeds(
    "award-taken-back",
    "the buyer takes back what nobody has confirmed",
    awarded,
    decline(awarded, "buyer"),
    "declined",
  ),
  proceeds(
    "award-taken-back-late",
    "the buyer's decline of the award crossed the order",
    ordered,
    decline(ordered, "buyer", idAt(ordered, 2)),
    "cancelled",
  ),
  proceeds(
    "cancelled",
    "by the seller",
    ordered,
    story.update(ordered, { status: "OrderCancelled" }),
    "cancelled",
  ),
  proceeds(
    "returned",
    "after it was delivered",
    delivered,
    story.update(delivered, { status: "OrderReturned" }),
    "returned",
  ),
];

const turns: readonly Vector[] = [
  refused("turn-order", "out-of-turn", "an order without an award", offered, story.order(offered)),
  refused("turn-counter", "out-of-turn", "a counter to a counter", countered, story.counter(countered)),
  refused("turn-award", "out-of-turn", "a second award", awarded, story.award(awarded)),
  refused("turn-offer", "out-of-turn", "an offer after the award", awarded, story.offer(awarded)),
  refused("turn-receipt", "out-of-turn", "a receipt before the order", awarded, story.receipt(awarded)),
  refused(
    "turn-note",
    "out-of-turn",
    "a note before anything was offered",
    opened,
    note(opened, { who: "seller" }),
  ),
  refused(
    "turn-decline",
    "out-of-turn",
    "the seller declines what it confirmed",
    ordered,
    decline(ordered, "seller"),
  ),
  refused(
    "turn-decline-order",
    "out-of-turn",
    "the buyer declines the order, and not the award",
    ordered,
    decline(ordered, "buyer"),
  ),
  refused(
    "turn-decline-under-way",
    "out-of-turn",
    "the order is under way",
    underWay,
    decline(underWay, "buyer", idAt(underWay, 2)),
  ),
  refused(
    "turn-decline-receipted",
    "out-of-turn",
    "after the receipt",
    receipted,
    decline(receipted, "buyer"),
  ),
  refused("receipt-twice", "receipt-twice", "a second receipt", receipted, story.receipt(receipted)),
  refused(
    "receipt-twice-of-award",
    "prev-wrong",
    "a second receipt that answers the award: what it answers is looked at first",
    receipted,
    story.receipt(receipted, { prev: idAt(receipted, 2) }),
  ),
  refused(
    "over",
    "deal-over",
    "nothing follows a decline",
    held(offer, (s, deal) => s.decline(deal)),
    note(offered, { nonce: filled(16, 0x77) }),
  ),
];

const told: readonly Vector[] = [...phases, ...turns, ...threadAnswerScenarios, ...threadBoundScenarios];

export const threadScenarios: readonly Vector[] = [
  ...told,
  // Of the table, what is not told already.
  ...threadTurnScenarios.filter(({ bytes }) => !told.some((one) => equalBytes(one.bytes, bytes))),
];
