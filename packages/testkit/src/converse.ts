/** Two sides that reconcile in one process: each frame of the one is given to the other. */
import type { Effect, Reconciliation } from "@intentcast/negentropy";
import { sortedHex } from "./numbered-items.ts";

/** What came of it at one side. */
export type Outcome = {
  readonly have: readonly string[];
  readonly need: readonly string[];
  /** The last effect. */
  readonly end: Effect | undefined;
};

export type Conversation = {
  /** In the order in which they were sent. */
  readonly frames: readonly { readonly from: "initiator" | "responder"; readonly bytes: Uint8Array }[];
  readonly initiator: Outcome;
  readonly responder: Outcome;
};

const names = ["initiator", "responder"] as const;

/** Lets them talk until neither has anything to send. */
export function converse(initiator: Reconciliation, responder: Reconciliation): Conversation {
  const sides = [initiator, responder].map((reconciliation) => ({
    reconciliation,
    have: [] as Uint8Array[],
    need: [] as Uint8Array[],
    end: undefined as Effect | undefined,
  }));
  type Side = (typeof sides)[number];
  const frames: { from: (typeof names)[number]; bytes: Uint8Array }[] = [];
  const act = (from: 0 | 1, effects: readonly Effect[]): void => {
    const side = sides[from] as Side;
    for (const effect of effects) {
      if (effect.type === "send") frames.push({ from: names[from], bytes: effect.frame });
      else if (effect.type === "more") act(from, side.reconciliation.proceed());
      else if (effect.type === "have" || effect.type === "need") side[effect.type].push(...effect.ids);
      else side.end = effect;
    }
  };
  act(0, initiator.start());
  act(1, responder.start());
  for (let at = 0; at < frames.length; at++) {
    const { from, bytes } = frames[at] as (typeof frames)[number];
    const to = from === "initiator" ? 1 : 0;
    act(to, (sides[to] as Side).reconciliation.receive(bytes));
  }
  const outcome = ({ have, need, end }: Side): Outcome => ({
    have: sortedHex(have),
    need: sortedHex(need),
    end,
  });
  return { frames, initiator: outcome(sides[0] as Side), responder: outcome(sides[1] as Side) };
}
