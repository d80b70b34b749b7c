/** The two sides of a reconciliation, what they say to each other, and how a vector's headers tell it. */
import { type ReconcileOptions, reconcile } from "@intentcast/negentropy";
import { toHex } from "@intentcast/protocol";
import { type Conversation, converse } from "../converse.ts";
import { itemsOf, setOf } from "../numbered-items.ts";

export type Sides = { readonly initiator: string; readonly responder: string; readonly frameLimit?: number };

export function talkOf({ initiator, responder, frameLimit }: Sides): Conversation {
  const side = (items: string, isInitiator: boolean) => {
    const options: ReconcileOptions = { isInitiator, ...(frameLimit === undefined ? {} : { frameLimit }) };
    return reconcile(setOf(itemsOf(items)), options);
  };
  return converse(side(initiator, true), side(responder, false));
}

export const givenOf = ({ initiator, responder, frameLimit }: Sides): Record<string, string> => ({
  initiator,
  responder,
  ...(frameLimit === undefined ? {} : { frameLimit: String(frameLimit) }),
});

/** Frames from the initiator are marked `>`, those from the responder `<`. */
export const marked = ({ frames }: Conversation): string[] =>
  frames.map(({ from, bytes }) => `${from === "initiator" ? ">" : "<"} ${toHex(bytes)}`);

export const numbered = (frames: readonly string[]): Record<string, string> =>
  Object.fromEntries(frames.map((frame, i) => [`frame${i + 1}`, frame]));
