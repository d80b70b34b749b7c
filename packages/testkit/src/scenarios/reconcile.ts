/** The scenarios of spec/vectors/reconcile: two sides with numbered items, every frame between them, and what each finds. */
import { toHex } from "@intentcast/protocol";
import { itemOf, numbersOf } from "../numbered-items.ts";
import type { Vector } from "../vectors.ts";
import { refusedReconciliations } from "./reconcile-refused.ts";
import { givenOf, marked, numbered, type Sides, talkOf } from "./reconcile-sides.ts";

function scenario(name: string, sides: Sides, comment: string): Vector {
  const talk = talkOf(sides);
  return {
    case: name,
    expect: "accepted",
    comment,
    headers: {
      ...givenOf(sides),
      ...numbered(marked(talk)),
      initiatorHas: numbersIn(talk.initiator.have, sides.initiator),
      responderHas: numbersIn(talk.responder.have, sides.responder),
    },
    bytes: new Uint8Array(0),
  };
}

/** The numbers of those items whose ids are in a list. */
const numbersIn = (ids: readonly string[], items: string): string =>
  numbersOf(items)
    .filter((number) => ids.includes(toHex(itemOf(number).id)))
    .join(" ");

const whole: readonly Vector[] = [
  scenario("nothing", { initiator: "", responder: "" }, "two sides without items"),
  scenario("same-few", { initiator: "0-9", responder: "0-9" }, "the same list on both sides"),
  scenario("same", { initiator: "0-199", responder: "0-199" }, "the same fingerprints on both sides"),
  scenario("initiator-empty", { initiator: "", responder: "0-2" }, "the initiator lacks everything"),
  scenario("responder-empty", { initiator: "0-2", responder: "" }, "the responder lacks everything"),
  scenario("responder-lacks-newest", { initiator: "0-102", responder: "0-99" }, "the three newest"),
  scenario("initiator-lacks-newest", { initiator: "0-99", responder: "0-102" }, "the three newest"),
  scenario(
    "both-lack",
    { initiator: "0-49 51-120", responder: "0-70 72-120" },
    "one on each side, in different parts: each side learns and tells",
  ),
  scenario(
    "within-a-second",
    { initiator: "0-60 62-99", responder: "0-61 63-99" },
    "two items that differ share a timestamp with two that do not",
  ),
  scenario(
    "disjoint",
    { initiator: "0-39", responder: "100-139" },
    "no item in common, and no second either",
  ),
  scenario(
    "kept",
    { initiator: "0-98", responder: "200-298 400-600", frameLimit: 4096 },
    "the responder has no room for all of its findings in one turn, and keeps ranges for the next",
  ),
  scenario(
    "kept-by-both",
    { initiator: "0-299", responder: "1000-1299", frameLimit: 4096 },
    "each side keeps ranges at some time",
  ),
];

export const reconcileScenarios: readonly Vector[] = [...whole, ...refusedReconciliations];
