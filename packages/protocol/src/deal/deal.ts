/** A deal: one intent, one seller, and all that the two have said to each other about it (spec/06-deal). */
import { equalBytes, toHex } from "../bytes.ts";
import type { Id, Private, Signed } from "../message/message.ts";
import type { OrderStatus } from "../message/update.ts";

export const phases = [
  /** The intent is out; this seller has not offered yet. */
  "open",
  /** An offer stands; it is the buyer's turn. */
  "offered",
  /** The buyer asked for another offer. */
  "countered",
  /** The buyer took an offer; the seller has not confirmed. */
  "awarded",
  /** The seller confirmed. From here on the deal is provable. */
  "ordered",
  /** The seller has given a receipt. */
  "receipted",
  "declined",
  "cancelled",
  "returned",
] as const;
export type Phase = (typeof phases)[number];

const terminal: ReadonlySet<Phase> = new Set<Phase>(["declined", "cancelled", "returned"]);

/** Whether a deal in this phase has ended for ever. */
export const isTerminal = (phase: Phase): boolean => terminal.has(phase);

export type Deal = {
  readonly phase: Phase;
  readonly intent: Signed<"intent">;
  /** Every message of the deal in the order it was taken into account; the intent is the first. */
  readonly messages: readonly Signed[];
  /** The seller's key: the author of the first offer. */
  readonly seller?: Uint8Array;
  /** The latest offer; once there is an award, the awarded one. */
  readonly offer?: Signed<"offer">;
  /** The latest counter. It awaits an answer only in the phase `countered`. */
  readonly counter?: Signed<"counter">;
  readonly award?: Signed<"award">;
  readonly order?: Signed<"order">;
  readonly receipt?: Signed<"receipt">;
  /** Where the order stands, by the seller's latest update. */
  readonly status?: OrderStatus;
  /** What the buyer's latest update reports or asks for; it moves nothing until the seller says the same. */
  readonly asked?: OrderStatus;
  /** Counters so far. */
  readonly rounds: number;
};

/** The deal before anything was said: an intent that a seller may answer. */
export const openDeal = (intent: Signed<"intent">): Deal => ({
  phase: "open",
  intent,
  messages: [intent],
  rounds: 0,
});

/** The message of this id in the deal. */
export const findMessage = (deal: Deal, id: Id): Signed | undefined =>
  deal.messages.find((message) => equalBytes(message.id, id));

/**
 * Whether the side that a message was for has answered it, or something that was said after it: then it has the message.
 */
export function isAnswered(deal: Deal, { id, author }: Private): boolean {
  // A message stands behind the one that it answers.
  const following = new Set([toHex(id)]);
  for (const one of deal.messages) {
    if (!("prev" in one.body) || !following.has(toHex(one.body.prev))) continue;
    if (!equalBytes(one.author, author)) return true;
    following.add(toHex(one.id));
  }
  return false;
}

/**
 * How many more awards the intent allows: its winners (one, where it says nothing) less the deals among `deals` that
 * hold an award. A deal that was declined or cancelled gives its award back; a returned one does not.
 */
export function awardsLeft(intent: Signed<"intent">, deals: readonly Deal[]): number {
  const taken = deals.filter(
    (deal) =>
      equalBytes(deal.intent.id, intent.id) &&
      deal.award !== undefined &&
      deal.phase !== "declined" &&
      deal.phase !== "cancelled",
  );
  return Math.max(0, (intent.body.award?.winners ?? 1) - taken.length);
}
