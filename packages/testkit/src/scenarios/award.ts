/** The scenarios of spec/vectors/award: deals of one intent, and how many more awards it allows. */
import { type Deal, encodeValue } from "@intentcast/protocol";
import * as dealStory from "../deal-story.ts";
import type { Vector } from "../vectors.ts";
import { story } from "./deal.ts";
import { before, transcript } from "./thread-vector.ts";

const { award, noon, offer, order, play, sellerSays } = dealStory;
type Step = dealStory.Step;

const intentOf = (winners?: number) => story.open(winners === undefined ? {} : { award: { winners } });

const deals = (
  name: string,
  left: number,
  comment: string,
  opened: Deal,
  ...each: readonly (readonly Step[])[]
): Vector => ({
  case: name,
  expect: left > 0 ? "accepted" : "advance/already-awarded",
  comment,
  headers: { left: `${left}` },
  bytes: encodeValue(
    each.map((steps) => {
      const deal = play(story, opened, ...steps);
      return transcript(deal.intent, before(deal));
    }),
  ),
});

/** The same, by another seller. */
const other: Step = (s, deal) => s.offer(deal, { who: "stranger", issued: noon + 120 });
const takeBack: Step = (s, deal) => s.decline(deal, { who: "buyer" });
const declineBySeller: Step = (s, deal) => s.decline(deal, { who: "seller" });

const one = intentOf();
const two = intentOf(2);

export const awardScenarios: readonly Vector[] = [
  deals("none", 1, "two offers, no award", one, [offer], [other]),
  deals("one", 0, "one winner, one award", one, [offer, award], [other]),
  deals("one-ordered", 0, "confirmed", one, [offer, award, order], [other]),
  deals("one-taken-back", 1, "the award was taken back", one, [offer, award, takeBack], [other]),
  deals("one-declined", 1, "the seller could not", one, [offer, award, declineBySeller], [other]),
  deals("one-cancelled", 1, "the order was cancelled", one, [
    offer,
    award,
    order,
    sellerSays("OrderCancelled"),
  ]),
  deals("one-returned", 0, "returned goods give no award back", one, [
    offer,
    award,
    order,
    sellerSays("OrderDelivered"),
    sellerSays("OrderReturned"),
  ]),
  deals("two-of-two", 1, "two winners, one award", two, [offer, award], [other]),
  deals("two-taken", 0, "two winners, two awards", two, [offer, award], [other, award]),
];
