/** The scenarios of spec/vectors/deal: bundles, and the phase in which each leaves its deal or why it proves none. */
import {
  type Deal,
  encodeBundle,
  encodeValue,
  type Private,
  signerFromSeed,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import * as dealStory from "../deal-story.ts";
import { dealTold } from "../told.ts";
import type { Vector } from "../vectors.ts";

const { award, buyerSays, counter, hour, mailboxes, minute, noon, offer, order, play, receipt, sellerSays } =
  dealStory;
type Step = dealStory.Step;

/** The keys of the vectors: seeds of one byte, repeated. */
const signers = {
  buyer: signerFromSeed(filled(32, 1)),
  seller: signerFromSeed(filled(32, 2)),
  stranger: signerFromSeed(filled(32, 3)),
};
/** A message by one of the vectors' three people. */
export const signed: dealStory.Pen = (kind, body, who) => unwrap(writeMessage(kind, body, signers[who]));

export const story = dealStory.storyBy(signed);
export const held = (...steps: readonly Step[]): Deal => play(story, story.open(), ...steps);
export const pack = (messages: readonly { bytes: Uint8Array }[], version = 1): Uint8Array =>
  encodeValue({ version, messages: messages.map(({ bytes }) => bytes) });

/** A bundle that proves its deal. */
export const proof = (name: string, deal: Deal, comment: string): Vector => ({
  case: name,
  expect: "accepted",
  comment,
  headers: dealTold(deal),
  bytes: encodeBundle(deal),
});

/** Bytes that prove nothing. */
export const broken = (name: string, expect: string, bytes: Uint8Array, comment: string): Vector => ({
  case: name,
  expect,
  comment,
  headers: {},
  bytes,
});

/** A deal that went well so far, and a message more that does not belong. */
export const after = (name: string, code: string, deal: Deal, last: Private, comment: string): Vector =>
  broken(name, `advance/${code}`, pack([...deal.messages, last]), comment);

const ordered = held(offer, award, order);
const offered = held(offer);
const awarded = held(offer, award);
const flipped = encodeBundle(ordered);
flipped[flipped.length - 20] = (flipped.at(-20) as number) ^ 1;

export const dealScenarios: readonly Vector[] = [
  proof("shortest", ordered, "intent, offer, award, order"),
  proof("with-receipt", held(offer, award, order, receipt), "a receipt before any update"),
  proof("countered", held(offer, counter, offer, award, order), "the seller answers a counter"),
  proof("award-after-counter", held(offer, counter, award, order), "a countered offer is still firm"),
  proof(
    "older-offer",
    play(
      story,
      held(offer, offer),
      (s, deal) => s.award(deal, { prev: deal.messages[1]?.id as Uint8Array }),
      order,
    ),
    "two offers are firm; the award takes the older one",
  ),
  proof(
    "problem-and-return",
    held(
      offer,
      award,
      order,
      sellerSays("OrderInTransit"),
      buyerSays("OrderProblem"),
      sellerSays("OrderProblem"),
      sellerSays("OrderDelivered"),
      buyerSays("OrderReturned"),
      sellerSays("OrderReturned"),
    ),
    "the buyer's updates report and ask; the seller's move the order",
  ),
  proof("cancelled", held(offer, award, order, sellerSays("OrderCancelled")), "by the seller"),
  proof(
    "award-taken-back",
    play(story, ordered, (s, deal) => s.decline(deal, { prev: deal.award?.id as Uint8Array })),
    "a decline that answers the award has crossed the order",
  ),
  broken("no-messages", "bundle/bundle-incomplete", pack([]), "no messages at all"),
  broken("no-award", "bundle/bundle-incomplete", encodeBundle(offered), "intent and offer alone"),
  broken("no-order", "bundle/bundle-incomplete", encodeBundle(awarded), "the seller has not confirmed"),
  broken("no-intent", "bundle/bundle-incomplete", pack(ordered.messages.slice(1)), "begins with the offer"),
  broken(
    "declined",
    "bundle/bundle-incomplete",
    encodeBundle(play(story, awarded, (s, d) => s.decline(d))),
    "an award declined",
  ),
  broken("version-2", "bundle/bundle-form", pack(ordered.messages, 2), "another version"),
  broken("trailing-byte", "bundle/bundle-form", Uint8Array.of(...encodeBundle(ordered), 0), "a byte follows"),
  broken(
    "second-intent",
    "bundle/bundle-form",
    pack([...ordered.messages, ordered.intent]),
    "ends with its intent",
  ),
  broken(
    "signature-changed",
    "verify/signature-invalid",
    flipped,
    "a bit of the last signature's S is turned",
  ),
  after("duplicate", "duplicate-message", ordered, ordered.award as Private, "the award twice"),
  after(
    "over",
    "deal-over",
    held(offer, award, order, sellerSays("OrderCancelled")),
    story.note(ordered),
    "a note after the end",
  ),
  after(
    "thread",
    "thread-mismatch",
    offered,
    story.award(offered, { thread: filled(32, 9) }),
    "another thread",
  ),
  after("turn", "out-of-turn", offered, story.order(offered), "an order without an award"),
  after(
    "author",
    "author-wrong",
    offered,
    story.award(offered, { who: "stranger" }),
    "an award by neither side",
  ),
  after(
    "second-seller",
    "author-wrong",
    offered,
    story.offer(offered, { who: "stranger" }),
    "an offer by another seller",
  ),
  after(
    "mailbox",
    "mailbox-wrong",
    offered,
    story.award(offered, { to: mailboxes.buyer }),
    "an award to the buyer's mailbox",
  ),
  after(
    "prev-unknown",
    "prev-unknown",
    offered,
    story.award(offered, { prev: filled(32, 9) }),
    "answers nothing here",
  ),
  after(
    "prev-wrong",
    "prev-wrong",
    offered,
    story.award(offered, { prev: offered.intent.id }),
    "an award of the intent",
  ),
  after(
    "backdated",
    "issued-before-prev",
    offered,
    story.award(offered, { issued: noon - 4 * minute - 1 }),
    "301 seconds before the offer",
  ),
  after(
    "late-award",
    "offer-expired",
    offered,
    story.award(offered, { issued: noon + 8 * hour + 1 }),
    "a second after the offer's expiry",
  ),
  after(
    "past-deadline",
    "award-late",
    offered,
    story.award(offered, { issued: noon + 6 * hour + 1 }),
    "a second after the buyer's own deadline",
  ),
  after(
    "order-total",
    "order-mismatch",
    awarded,
    story.order(awarded, { total: 20_001 }),
    "a cent more than was offered",
  ),
  after(
    "status",
    "status-backward",
    ordered,
    story.update(ordered, { status: "OrderReturned" }),
    "returned before it was delivered",
  ),
  after(
    "buyer-ships",
    "author-wrong",
    ordered,
    story.update(ordered, { who: "buyer", status: "OrderInTransit" }),
    "not the buyer's to say",
  ),
];
