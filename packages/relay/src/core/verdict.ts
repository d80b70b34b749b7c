/** What a relay says of a gossip frame to the relay that brought it (spec/09 §2.3). */
import type { Reject, Stage } from "@intentcast/protocol";

/** `accept`: pass it on. `ignore`: do not, and it is nobody's fault. `reject`: do not, and hold it against the bringer. */
export type Verdict = "accept" | "ignore" | "reject";

/** Stages that answer alike at every honest relay: who passes on what they refuse has not looked, or lies. */
const sameEverywhere: ReadonlySet<Stage> = new Set(["decode", "verify", "validate", "frame"]);

/** The verdict on what was refused: the stage decides it. */
export const verdictOn = ({ stage }: Reject): Verdict => (sameEverywhere.has(stage) ? "reject" : "ignore");

const badness: readonly Verdict[] = ["accept", "ignore", "reject"];

/** The verdict on a frame, given those on its messages. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  badness[Math.max(0, ...verdicts.map((verdict) => badness.indexOf(verdict)))] as Verdict;
