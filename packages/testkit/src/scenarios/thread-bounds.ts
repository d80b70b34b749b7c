/** More of spec/vectors/thread: deadlines, and how much of everything a deal bears. */
import { advance, type Deal, type Private } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import * as dealStory from "../deal-story.ts";
import type { Vector } from "../vectors.ts";
import { held, story } from "./deal.ts";
import { awarded, delivered, note, offered, opened, underWay } from "./thread-deals.ts";
import { at, proceeds, refused } from "./thread-vector.ts";

const { award, buyerSays, counter, hour, minute, noon, offer, order, sellerSays } = dealStory;

const deadline = noon + 6 * hour;
const firm = noon + 8 * hour;
const times: readonly Vector[] = [
  proceeds(
    "time-ahead-300",
    "issued 300 seconds ahead of now",
    offered,
    at(note(offered), noon - 3 * minute),
    "offered",
  ),
  refused(
    "time-ahead-301",
    "issued-ahead",
    "issued 301 seconds ahead of now",
    offered,
    at(note(offered), noon - 3 * minute - 1),
  ),
  proceeds(
    "time-back-300",
    "issued 300 seconds before what it answers",
    offered,
    note(offered, { issued: noon - 4 * minute }),
    "offered",
  ),
  refused(
    "time-back-301",
    "issued-before-prev",
    "issued 301 seconds before what it answers",
    offered,
    note(offered, { issued: noon - 4 * minute - 1 }),
  ),
  proceeds(
    "deadline",
    "an award looked at in the second of the deadline",
    offered,
    at(story.award(offered), deadline),
    "awarded",
  ),
  refused(
    "deadline-passed",
    "award-late",
    "a second after it",
    offered,
    at(story.award(offered), deadline + 1),
  ),
  refused(
    "deadline-by-issue",
    "award-late",
    "issued a second after the deadline, and looked at before: the later of the two counts",
    offered,
    at(story.award(offered, { issued: deadline + 1 }), deadline),
  ),
  refused(
    "offer-expired",
    "offer-expired",
    "a second after the offer's expiry, and after the deadline: the offer is looked at first",
    offered,
    at(story.award(offered), firm + 1),
  ),
  refused(
    "offer-late",
    "offer-expired",
    "an offer looked at after its expiry",
    opened,
    at(story.offer(opened), firm + 1),
  ),
  refused(
    "intent-expired",
    "intent-expired",
    "an offer after the intent's",
    opened,
    at(story.offer(opened), noon + 24 * hour + 1),
  ),
  refused(
    "counter-late",
    "counter-expired",
    "a counter looked at after its expiry",
    offered,
    at(story.counter(offered), noon + 7 * hour + 1),
  ),
  proceeds(
    "order-late",
    "no deadline binds an order",
    awarded,
    at(story.order(awarded), noon + 300 * hour),
    "ordered",
  ),
];

const rounds = (count: number): Deal =>
  held(...Array.from({ length: count }, () => [offer, counter]).flat(), offer);

/** Notes of nearly 16 KiB until no more fits. */
const talk = (() => {
  const long = (deal: Deal): Private => note(deal, { ext: [["org.example.filler", filled(16_000, 0)]] });
  let deal = offered;
  for (;;) {
    const message = long(deal);
    const next = advance(deal, message, message.body.issued);
    if (!next.ok) return { deal, message };
    deal = next.value;
  }
})();

const bounds: readonly Vector[] = [
  proceeds("rounds-8", "the eighth counter", rounds(7), story.counter(rounds(7)), "countered"),
  refused("rounds-9", "rounds-exhausted", "the ninth counter", rounds(8), story.counter(rounds(8))),
  refused(
    "full",
    "deal-full",
    "a note that makes the deal larger than 524288 bytes",
    talk.deal,
    talk.message,
  ),
  refused("order-total", "order-mismatch", "a cent more", awarded, story.order(awarded, { total: 20_001 })),
  refused(
    "order-currency",
    "order-mismatch",
    "another currency",
    awarded,
    story.order(awarded, { currency: "EUR" }),
  ),
  refused(
    "status-back",
    "status-backward",
    "in the making when it is on its way",
    underWay,
    story.update(underWay),
  ),
  refused(
    "status-returned",
    "status-backward",
    "returned before it was delivered",
    underWay,
    story.update(underWay, { status: "OrderReturned" }),
  ),
  refused(
    "status-cancelled",
    "status-backward",
    "cancelled after it was delivered",
    delivered,
    story.update(delivered, { status: "OrderCancelled" }),
  ),
  proceeds(
    "status-problem",
    "a problem takes nothing back: the order is still on its way",
    held(
      offer,
      award,
      order,
      sellerSays("OrderInTransit"),
      buyerSays("OrderProblem"),
      sellerSays("OrderProblem"),
    ),
    story.update(
      held(
        offer,
        award,
        order,
        sellerSays("OrderInTransit"),
        buyerSays("OrderProblem"),
        sellerSays("OrderProblem"),
      ),
      { status: "OrderPickupAvailable" },
    ),
    "ordered",
  ),
];

export const threadBoundScenarios: readonly Vector[] = [...times, ...bounds];
