/** More of spec/vectors/thread: who may say what to whom, and which message it may answer. */
import type { Private } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import * as dealStory from "../deal-story.ts";
import type { Vector } from "../vectors.ts";
import { held, story } from "./deal.ts";
import { awarded, decline, idAt, note, offered, opened, ordered } from "./thread-deals.ts";
import { at, before, refused, thread } from "./thread-vector.ts";

const { mailboxes, offer } = dealStory;

const people: readonly Vector[] = [
  refused(
    "author-buyer-offers",
    "author-wrong",
    "an offer by the intent's own key",
    opened,
    story.offer(opened, { who: "buyer" }),
  ),
  refused(
    "author-seller-awards",
    "author-wrong",
    "an award by the seller",
    offered,
    story.award(offered, { who: "seller" }),
  ),
  refused(
    "author-stranger",
    "author-wrong",
    "a note by neither side",
    offered,
    note(offered, { who: "stranger" }),
  ),
  refused(
    "author-status",
    "author-wrong",
    "a status that is not the buyer's to say",
    ordered,
    story.update(ordered, { who: "buyer", status: "OrderInTransit" }),
  ),
  refused(
    "mailbox",
    "mailbox-wrong",
    "to the author's own mailbox",
    offered,
    note(offered, { to: mailboxes.buyer }),
  ),
  refused(
    "mailbox-moved",
    "mailbox-wrong",
    "a second offer that names another mailbox to reply to",
    offered,
    story.offer(offered, { reply: { mailbox: filled(32, 0x99), key: filled(32, 0x77) } }),
  ),
  refused(
    "decline-to-nobody",
    "mailbox-wrong",
    "a decline out of turn to the wrong mailbox: the mailbox is looked at first",
    ordered,
    story.decline(ordered, { who: "seller", to: filled(32, 0x99) }),
  ),
];

const answers: readonly Vector[] = [
  refused(
    "thread",
    "thread-mismatch",
    "of another thread",
    offered,
    note(offered, { thread: filled(32, 9) }),
  ),
  refused("duplicate", "duplicate-message", "the award once more", awarded, awarded.messages[2] as Private),
  refused(
    "prev-unknown",
    "prev-unknown",
    "answers nothing here",
    offered,
    note(offered, { prev: filled(32, 9) }),
  ),
  refused(
    "prev-award",
    "prev-wrong",
    "an award of the intent",
    offered,
    story.award(offered, { prev: offered.intent.id }),
  ),
  refused(
    "prev-counter",
    "prev-wrong",
    "a counter to an offer that is not the latest",
    held(offer, offer),
    story.counter(held(offer, offer), { prev: idAt(offered, 1) }),
  ),
  refused(
    "prev-order",
    "prev-wrong",
    "an order of the offer",
    awarded,
    story.order(awarded, { prev: idAt(awarded, 1) }),
  ),
  refused(
    "prev-update",
    "prev-wrong",
    "an update of the award",
    ordered,
    story.update(ordered, { prev: idAt(ordered, 2) }),
  ),
  refused(
    "prev-take-back",
    "prev-wrong",
    "the buyer takes back the offer",
    awarded,
    decline(awarded, "buyer", idAt(awarded, 1)),
  ),
  thread(
    "kept-and-tried-again",
    "an order comes before its award, is refused, and is accepted after it: a refused message leaves the deal as it was",
    awarded.intent,
    [
      ...before(offered),
      at(ordered.messages[3] as Private),
      at(awarded.messages[2] as Private),
      at(ordered.messages[3] as Private),
    ],
    "offered advance/out-of-turn awarded ordered",
  ),
];

export const threadAnswerScenarios: readonly Vector[] = [...people, ...answers];
