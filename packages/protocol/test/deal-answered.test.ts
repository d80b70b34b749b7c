import { dealStory } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { isAnswered } from "../src/deal/deal.ts";
import type { Private } from "../src/message/message.ts";

const { award, buyerSays, counter, fakePen, offer, order, play, sellerSays, storyBy } = dealStory;

const story = storyBy(fakePen);

/** The kinds of the messages that the side they were for has shown that it has. */
const answered = (...steps: Parameters<typeof play>[2][]): string[] => {
  const deal = play(story, story.open(), ...steps);
  const said = deal.messages.slice(1) as readonly Private[];
  return said.filter((message) => isAnswered(deal, message)).map(({ kind }) => kind);
};

test("nothing is answered that the other side has said nothing after", () => {
  expect(answered(offer)).toEqual([]);
  expect(answered(offer, offer)).toEqual([]);
});

test("an answer shows that its sender has what it answers, and all that this follows from", () => {
  expect(answered(offer, counter)).toEqual(["offer"]);
  expect(answered(offer, counter, offer)).toEqual(["offer", "counter"]);
  expect(answered(offer, offer, award)).toEqual(["offer", "offer"]);
  expect(answered(offer, award, order)).toEqual(["offer", "award"]);
});

test("what crosses an answer on its way is not shown to have come", () => {
  const steps = [offer, award, order, sellerSays("OrderInTransit")] as const;
  expect(answered(...steps)).toEqual(["offer", "award"]);
  const crossing = (status: "OrderProblem") => (s: typeof story, deal: Parameters<typeof offer>[1]) =>
    s.update(deal, { who: "buyer", status, prev: deal.order?.id as Uint8Array });
  expect(answered(...steps, crossing("OrderProblem"))).toEqual(["offer", "award", "order"]);
  expect(answered(...steps, buyerSays("OrderProblem"))).toEqual(["offer", "award", "order", "update"]);
});
