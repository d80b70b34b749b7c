/** The deal's state machine: which message may follow which, the same for buyers, sellers and offline proofs. */
import { equalBytes, shortHex } from "../bytes.ts";
import { maxRounds, maxSkewSeconds, maxTalkBytes } from "../limits.ts";
import type { SealedKind } from "../message/kinds.ts";
import type { Private, Signed } from "../message/message.ts";
import { fine, firstBreach, type Verdict } from "../message/rule.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import type { UnixSeconds } from "../time.ts";
import { checkAnswer, checkOffer } from "./conforms.ts";
import { type Deal, findMessage, isTerminal, type Phase } from "./deal.ts";
import { afterStatus, buyersStatuses, milestoneOf } from "./status.ts";

/** The phases in which a kind may be sent (spec/06-deal §transitions). */
export const turns: Readonly<Record<SealedKind, readonly Phase[]>> = {
  offer: ["open", "offered", "countered"],
  counter: ["offered"],
  decline: ["offered", "countered", "awarded", "ordered"],
  award: ["offered", "countered"],
  order: ["awarded"],
  update: ["ordered", "receipted"],
  receipt: ["ordered", "receipted"],
  note: ["offered", "countered", "awarded", "ordered", "receipted"],
};

type Side = "buyer" | "seller";
const senders: Readonly<Record<SealedKind, readonly Side[]>> = {
  offer: ["seller"],
  counter: ["buyer"],
  decline: ["buyer", "seller"],
  award: ["buyer"],
  order: ["seller"],
  update: ["buyer", "seller"],
  receipt: ["seller"],
  note: ["buyer", "seller"],
};

/** The side that an author is on; before the first offer, anybody but the buyer may become the seller. */
function sideOf(deal: Deal, author: Uint8Array): Side | undefined {
  if (equalBytes(author, deal.intent.author)) return "buyer";
  return deal.seller === undefined || equalBytes(author, deal.seller) ? "seller" : undefined;
}

/**
 * The deal after one more message, or why the message does not belong there. The deal given is left as it was.
 *
 * `now` is the moment at which the message is taken into account, in Unix seconds. Whatever is accepted at one moment
 * would have been accepted at any earlier one back to the message's own `issued`; so a deal that was held live is
 * accepted again when it is replayed at the times its messages carry (spec/06-deal §time).
 *
 * @returns the deal, or a Reject of the stage `advance`.
 */
export function advance(deal: Deal, message: Private, now: UnixSeconds): Result<Deal, Reject> {
  const breach = firstBreach(
    isNew(deal, message),
    isNotOver(deal),
    isOfThread(deal, message),
    isInTurn(deal, message),
    isFromItsSender(deal, message),
    isForTheOtherSide(deal, message),
    isIssuedInTime(deal, message, now),
    hasRoom(deal, message),
  );
  if (!breach.ok) return breach;
  const change = step(deal, message, Math.max(now, message.body.issued));
  return change.ok ? ok({ ...deal, ...change.value, messages: [...deal.messages, message] }) : change;
}

const isNew = (deal: Deal, { id }: Private): Verdict =>
  findMessage(deal, id) === undefined ? fine : reject("duplicate-message", shortHex(id));

const isNotOver = ({ phase }: Deal): Verdict => (isTerminal(phase) ? reject("deal-over", phase) : fine);

const isOfThread = ({ intent }: Deal, { body }: Private): Verdict =>
  equalBytes(body.thread, intent.id) ? fine : reject("thread-mismatch", shortHex(body.thread));

const isInTurn = ({ phase }: Deal, { kind }: Private): Verdict =>
  turns[kind].includes(phase) ? fine : outOfTurn(phase, kind);

const outOfTurn = (phase: Phase, kind: SealedKind) => reject("out-of-turn", `${kind} in the phase ${phase}`);

function isFromItsSender(deal: Deal, { kind, author }: Private): Verdict {
  const side = sideOf(deal, author);
  return side !== undefined && senders[kind].includes(side)
    ? fine
    : reject("author-wrong", `${kind} by ${side ?? "a stranger"}`);
}

/** Each side has one mailbox for the whole deal: the intent's, and the one that the first offer names. */
function isForTheOtherSide(deal: Deal, message: Private): Verdict {
  const buyers = deal.intent.body.reply.mailbox;
  const sellers = deal.offer?.body.reply.mailbox;
  const expected = sideOf(deal, message.author) === "buyer" ? sellers : buyers;
  if (expected === undefined || !equalBytes(message.body.to, expected)) return reject("mailbox-wrong", "to");
  const moved = message.kind === "offer" && sellers && !equalBytes(message.body.reply.mailbox, sellers);
  return moved ? reject("mailbox-wrong", "reply.mailbox") : fine;
}

function isIssuedInTime(deal: Deal, { body }: Private, now: UnixSeconds): Verdict {
  const answered = findMessage(deal, body.prev);
  if (answered === undefined) return reject("prev-unknown", shortHex(body.prev));
  if (body.issued > now + maxSkewSeconds) return reject("issued-ahead", `issued ${body.issued}, now ${now}`);
  return body.issued < answered.body.issued - maxSkewSeconds
    ? reject("issued-before-prev", `issued ${body.issued}, prev ${answered.body.issued}`)
    : fine;
}

const talk: ReadonlySet<SealedKind> = new Set<SealedKind>(["offer", "update", "note"]);

/** Without a bound, either side could talk until the deal no longer fits a bundle, and nobody could prove it. */
function hasRoom({ messages }: Deal, { kind, bytes }: Private): Verdict {
  if (!talk.has(kind)) return fine;
  const size = messages.reduce((sum, message) => sum + message.bytes.length, bytes.length);
  return size <= maxTalkBytes ? fine : reject("deal-full", `${size} bytes`);
}

type Change = Omit<Partial<Deal>, "intent" | "messages">;

/** `at` is the later of now and the message's own time, so that a fast clock cannot outlive a deadline. */
function step(deal: Deal, message: Private, at: UnixSeconds): Result<Change, Reject> {
  switch (message.kind) {
    case "offer":
      return takeOffer(deal, message, at);
    case "counter":
      return takeCounter(deal, message, at);
    case "decline":
      return takeDecline(deal, message);
    case "award":
      return takeAward(deal, message, at);
    case "order":
      return takeOrder(deal, message);
    case "update":
      return takeUpdate(deal, message);
    case "receipt":
      return takeReceipt(deal, message);
    case "note":
      return ok({});
  }
}

const answers = ({ body }: Private, message: Signed | undefined): boolean =>
  message !== undefined && equalBytes(body.prev, message.id);

const wrongPrev = (expected: string) => reject("prev-wrong", `expected ${expected}`);

/**
 * An offer answers the intent, the counter that asked for it, or the seller's own latest offer. The last is accepted
 * in the phase `countered` too: the counter and the new offer may have crossed.
 */
function takeOffer(deal: Deal, offer: Signed<"offer">, at: UnixSeconds): Result<Change, Reject> {
  const { intent, counter, phase } = deal;
  const due =
    phase === "open"
      ? answers(offer, intent)
      : answers(offer, deal.offer) || (phase === "countered" && answers(offer, counter));
  if (!due) return wrongPrev("the intent, the latest offer, or the counter that awaits an answer");
  const verdict =
    counter === undefined
      ? checkOffer(intent.body, offer.body, at)
      : checkAnswer(intent.body, counter.body.change, offer.body, at);
  return verdict.ok ? ok({ phase: "offered", seller: offer.author, offer }) : verdict;
}

function takeCounter(deal: Deal, counter: Signed<"counter">, at: UnixSeconds): Result<Change, Reject> {
  const { intent, offer, rounds } = deal;
  if (!answers(counter, offer)) return wrongPrev("the latest offer");
  if (rounds >= maxRounds) return reject("rounds-exhausted", `${maxRounds}`);
  if (at > intent.body.expires) return reject("intent-expired", `${intent.body.expires}`);
  if (offer !== undefined && at > offer.body.expires) return reject("offer-expired", `${offer.body.expires}`);
  if (at > counter.body.expires) return reject("counter-expired", `${counter.body.expires}`);
  return ok({ phase: "countered", counter, rounds: rounds + 1 });
}

/**
 * Firm means firm: the buyer may take any offer of the deal that has not expired, whatever was said since. So an award
 * that crosses a newer offer still binds, and both sides know to which of the two.
 */
function takeAward(deal: Deal, award: Signed<"award">, at: UnixSeconds): Result<Change, Reject> {
  const offer = findMessage(deal, award.body.prev);
  if (offer?.kind !== "offer") return wrongPrev("an offer");
  if (at > offer.body.expires) return reject("offer-expired", `${offer.body.expires}`);
  const deadline = deal.intent.body.award?.deadline;
  if (deadline !== undefined && at > deadline) return reject("award-late", `${deadline}`);
  return ok({ phase: "awarded", offer, award });
}

/**
 * A buyer may take back an award that no order has confirmed. Where the order was on its way already, its seller sees a
 * decline that answers the award: the order is cancelled, unless it is under way.
 */
function takeDecline(deal: Deal, decline: Signed<"decline">): Result<Change, Reject> {
  const takesBack = sideOf(deal, decline.author) === "buyer" && answers(decline, deal.award);
  if (deal.phase === "ordered")
    return takesBack && ["confirmed", "processing"].includes(milestoneOf(deal))
      ? ok({ phase: "cancelled" })
      : outOfTurn(deal.phase, "decline");
  if (deal.phase === "awarded" && sideOf(deal, decline.author) === "buyer" && !takesBack)
    return wrongPrev("the award");
  return ok({ phase: "declined" });
}

function takeOrder(deal: Deal, order: Signed<"order">): Result<Change, Reject> {
  if (!answers(order, deal.award)) return wrongPrev("the award");
  const { currency, total } = order.body;
  return deal.offer?.body.currency === currency && deal.offer.body.total === total
    ? ok({ phase: "ordered", order })
    : reject("order-mismatch", `${currency} ${total}`);
}

/** Whether a message answers the order or what came after it. */
function answersTheOrder({ messages }: Deal, { body }: Private): boolean {
  const from = messages.findIndex(({ kind }) => kind === "order");
  return messages.slice(from).some((message) => equalBytes(message.id, body.prev));
}

/**
 * Where an order stands is the seller's to say; a buyer reports or asks. With one writer, updates that cross cannot
 * leave the two sides in different phases.
 */
function takeUpdate(deal: Deal, update: Signed<"update">): Result<Change, Reject> {
  const { status } = update.body;
  if (!answersTheOrder(deal, update)) return wrongPrev("the order or a later message");
  if (sideOf(deal, update.author) === "buyer")
    return buyersStatuses.includes(status)
      ? ok({ asked: status })
      : reject("author-wrong", `${status} by buyer`);
  const phase = afterStatus(deal, status);
  return phase.ok ? ok({ phase: phase.value, status }) : phase;
}

function takeReceipt(deal: Deal, receipt: Signed<"receipt">): Result<Change, Reject> {
  if (!answersTheOrder(deal, receipt)) return wrongPrev("the order or a later message");
  return deal.receipt === undefined ? ok({ phase: "receipted", receipt }) : reject("receipt-twice");
}
