/** The scenarios of spec/vectors/reconcile that end in a refusal: what is said is given, and the last frame is refused. */
import type { Vector } from "../vectors.ts";
import { givenOf, marked, numbered, type Sides, talkOf } from "./reconcile-sides.ts";

const few: Sides = { initiator: "50-99", responder: "0-69" };

/** Frames as they stand in a file: `>` from the initiator or `<` from the responder, and hex. */
function refusal(
  name: string,
  code: string,
  comment: string,
  frames: readonly string[],
  sides: Sides = few,
): Vector {
  return {
    case: name,
    expect: `negentropy/${code}`,
    comment,
    headers: { ...givenOf(sides), ...numbered(frames) },
    bytes: new Uint8Array(0),
  };
}

/** So many frames of what the two say when neither does anything wrong. */
const said = (sides: Sides, frames: number): string[] => marked(talkOf(sides)).slice(0, frames);

const first = (name: string, code: string, comment: string, hex: string): Vector =>
  refusal(name, code, comment, [`> ${hex}`]);

const keeping: Sides = { initiator: "0-299", responder: "1000-1299", frameLimit: 4096 };
const listOfNothing = "6100000200";

export const refusedReconciliations: readonly Vector[] = [
  first("unknown-02", "frame-unknown", "a first byte that no frame has", "02"),
  first("unknown-5f", "frame-unknown", "below the first bytes of messages", "5f000000"),
  first("unknown-70", "frame-unknown", "above the first bytes of messages", "70"),
  first("unknown-map", "frame-unknown", "a map, which no frame of a sync is either", "a0"),
  first("stop-capital", "frame-unknown", "a stop whose code has a capital", "0041"),
  first("stop-digit", "frame-unknown", "a stop whose code has a digit", "0073746f7031"),
  first("stop-long", "trailing", "a stop whose code has 65 letters", `00${"61".repeat(65)}`),
  first("findings-cut", "truncated", "findings of one id, which is not there", "0101"),
  first("findings-one-list", "truncated", "findings without a second list", "0100"),
  first("findings-2-64", "truncated", "more ids than there are bytes", "0181ffffffffffffffff7f00"),
  first("findings-trailing", "trailing", "a byte after the findings", "01000000"),
  first("findings-zero-first", "varint-not-shortest", "a count with a leading digit of zero", "01800000"),
  first("mode-3", "mode-unknown", "a message that goes bad after a good range", "61020000000003"),
  refusal("version-60", "version-unsupported", "an initiator is answered in another version", [
    ...said(few, 1),
    "< 60",
  ]),
  refusal(
    "too-large",
    "frame-too-large",
    "4097 bytes, of which nothing is read",
    [`> ${"61".repeat(4097)}`],
    { ...few, frameLimit: 4096 },
  ),
  refusal("too-many", "too-many-frames", "the frame after 256 findings of nothing", [
    ...Array.from({ length: 256 }, () => "> 010000"),
    `> ${listOfNothing}`,
  ]),
  refusal("responder-begins", "frame-out-of-turn", "the responder speaks first", ["< 61"]),
  refusal("message-out-of-turn", "frame-out-of-turn", "a second message, before the first is answered", [
    ...said(few, 1),
    `> ${listOfNothing}`,
  ]),
  refusal("findings-out-of-turn", "frame-out-of-turn", "findings after the message that ends a turn", [
    ...said(few, 1),
    "> 010000",
  ]),
  refusal(
    "range-kept",
    "range-kept",
    "the initiator has answered a part of what it was told and keeps the rest; the responder says all of it again",
    [...said(keeping, 4), `< ${listOfNothing}`],
    keeping,
  ),
];
