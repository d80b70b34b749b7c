/** Why each item that came near was offered for an intent or was not: for whoever keeps the shop. */
import { formatMoney, type Signed, type UnixSeconds } from "@intentcast/protocol";
import type { OfferDraft } from "../offer-draft.ts";
import { type Decision, decide, type Picked, type Reserved } from "./answer.ts";
import type { Catalogue } from "./catalogue.ts";
import { bestFirst, type Candidate, decides } from "./find.ts";
import type { Miss, MissReason } from "./no-offer.ts";

/** Why one item is offered and another that would do is not. */
export const choiceReasons = {
  only: "it is the only item that will do",
  exact: "it is the very item that is wanted, and the other a substitute",
  fit: "it is more like what is wanted, or has more of what is preferred",
  new: "it is as good, and new",
  cheaper: "it is as good, and cheaper",
  sku: "it is alike in all, and its SKU comes first",
  whole: "there is more of it, up to all that is wanted",
  limit: "it is the cheapest that will do, and the price is limited",
  taken: "another line takes what is left of the other",
  "left-out": "the line is optional, and left out to keep within the price",
  "no-offer": "something else stood in the way of the offer",
} as const;
export type ChoiceReason = keyof typeof choiceReasons;

/** One item that came near. Of one that is offered, `reason` says why it and not the next; of another, why not. */
export type Considered = {
  /** The wanted line, counted from 0. */
  readonly line: number;
  readonly sku: string;
  readonly name: string;
  readonly offered: boolean;
  readonly reason: ChoiceReason | MissReason;
  readonly detail: string;
};

export type Explanation = {
  /** Absent where there is none, and `misses` says why. */
  readonly offer?: OfferDraft;
  /** Line by line: what is offered, what would do too, what came near. */
  readonly considered: readonly Considered[];
  /** What stood in the way, beside what is said of single items. */
  readonly misses: readonly Miss[];
};

/** Explains what `answerIntent` answers to the same arguments. Pure. */
export function explain(
  intent: Signed<"intent">,
  catalogue: Catalogue,
  now: UnixSeconds,
  reserved: Reserved = new Map(),
): Explanation {
  const decision = decide(intent, catalogue, now, reserved);
  const { answer, found } = decision;
  const names = new Map(catalogue.items.map(({ sku, name }) => [sku, name]));
  const considered = found.flatMap(({ candidates, misses }, line) => [
    ...explainCandidates(decision, candidates, line, catalogue.currency),
    ...misses.flatMap(({ sku, reason, detail }): Considered[] =>
      sku === undefined ? [] : [{ line, sku, name: names.get(sku) ?? sku, offered: false, reason, detail }],
    ),
  ]);
  const misses = answer.ok ? found.flatMap((one) => one.misses) : answer.error.misses;
  return {
    ...(answer.ok && { offer: answer.value }),
    considered,
    misses: misses.filter(({ sku }) => sku === undefined),
  };
}

/** What is offered for a line, and then what would do too. */
function explainCandidates(
  decision: Decision,
  candidates: readonly Candidate[],
  line: number,
  currency: string,
): Considered[] {
  const chosen = decision.picked.find((one) => one.line === line);
  const others = candidates.filter(({ item }) => item.sku !== chosen?.item.sku);
  const rejected = others.map(({ item, ...other }): Considered => {
    const reason = chosen === undefined ? whyNone(decision) : whyNot({ item, ...other }, chosen, decision);
    const { sku, name } = item;
    const instead = chosen === undefined ? "" : `${chosen.item.name} instead: `;
    return { line, sku, name, offered: false, reason, detail: `${instead}${choiceReasons[reason]}` };
  });
  if (chosen === undefined) return rejected;
  const { item, pieces, substitute } = chosen;
  const { sku, name } = item;
  const [next] = others;
  const reason = next === undefined ? "only" : whyNot(next, chosen, decision);
  const kind = substitute ? " as a substitute" : "";
  const lot = `${pieces}${kind} for ${formatMoney(item.price * pieces, currency)}`;
  return [
    { line, sku, name, offered: true, reason, detail: `${lot}: ${choiceReasons[reason]}` },
    ...rejected,
  ];
}

/** Why nothing is offered for a line for which there is an item. */
const whyNone = ({ answer }: Decision): ChoiceReason => (answer.ok ? "left-out" : "no-offer");

function whyNot(other: Candidate, chosen: Picked, { cheapest }: Decision): ChoiceReason {
  if (other.lot < chosen.pieces) return "whole";
  if (bestFirst(chosen, other) < 0) return decides(chosen, other);
  return cheapest ? "limit" : "taken";
}
