/** Counts what relays are found to withhold, over pools, and tells of it no more often than somebody would want to hear. */
import { toHex } from "@intentcast/protocol";
import type { Withheld } from "./silence-watch.ts";

export type WithheldReport = {
  readonly relay: string;
  /** Messages that it was found to withhold so far. */
  readonly withheld: number;
  /** The last of them, in hex. */
  readonly message: string;
  /** The relays that have shown that one, with a space between. */
  readonly shownBy: string;
};

/** What to give pools as `withheld`: it reports a relay at its first message, and each time that there are twice as many. */
export function withheldReporter(report: (one: WithheldReport) => void): (news: Withheld) => void {
  const counts = new Map<string, number>();
  return ({ relay, id, shownBy }) => {
    const withheld = (counts.get(relay) ?? 0) + 1;
    counts.set(relay, withheld);
    const isPowerOfTwo = (withheld & (withheld - 1)) === 0;
    if (isPowerOfTwo) report({ relay, withheld, message: toHex(id), shownBy: shownBy.join(" ") });
  };
}
