/** How a scenario of spec/vectors/thread is made: messages taken into account one after the other, each at its moment. */
import {
  advance,
  type Deal,
  encodeValue,
  openDeal,
  type Private,
  type Signed,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { Vector } from "../vectors.ts";

/** A message and when it is looked at. */
export type Taken = { readonly message: Private; readonly now: UnixSeconds };

/** At its own time, unless told. */
export const at = (message: Private, now = message.body.issued): Taken => ({ message, now });

/** What a deal's messages were, each taken at its own time. */
export const before = ({ messages }: Deal): readonly Taken[] =>
  (messages.slice(1) as Private[]).map((one) => at(one));

/** What a vector holds of a deal: the intent, and each further message with when it is looked at. */
export const transcript = (intent: Signed, taken: readonly Taken[]): unknown => [
  intent.bytes,
  ...taken.map(({ message, now }) => [now, message.bytes]),
];

/** The phases that the messages lead to, one after the other; one that is refused leaves the deal where it was. */
function phasesOf(intent: Signed<"intent">, taken: readonly Taken[]): readonly string[] {
  let deal = openDeal(intent);
  return taken.map(({ message, now }) => {
    const next = advance(deal, message, now);
    if (next.ok) deal = next.value;
    return deal.phase;
  });
}

/** `steps` says what each message comes to: the phase that it leads to, or the code that refuses it. */
export function thread(
  name: string,
  comment: string,
  intent: Signed<"intent">,
  taken: readonly Taken[],
  steps: string,
): Vector {
  const last = steps.split(" ").at(-1) as string;
  return {
    case: name,
    expect: last.includes("/") ? last : "accepted",
    comment,
    headers: { steps, phase: phasesOf(intent, taken).at(-1) as string },
    bytes: encodeValue(transcript(intent, taken)),
  };
}

/** A deal that went well so far, and one message more. */
export function proceeds(
  name: string,
  comment: string,
  deal: Deal,
  last: Private | Taken,
  verdict: string,
): Vector {
  const taken = before(deal);
  const steps = [...phasesOf(deal.intent, taken), verdict].join(" ");
  return thread(name, comment, deal.intent, [...taken, "message" in last ? last : at(last)], steps);
}

/** A deal that went well so far, and a message that does not belong. */
export const refused = (
  name: string,
  code: string,
  comment: string,
  deal: Deal,
  last: Private | Taken,
): Vector => proceeds(name, comment, deal, last, `advance/${code}`);
