/** Messages for simulated markets, made once: signing takes longer than carrying. */
import type { Message } from "@intentcast/protocol";
import { close, intent, now, profile } from "../../packages/relay/test/messages.ts";

export type Passing = {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
  readonly expires: number;
  readonly isReplaced: boolean;
};

const passing = (message: Message, expires: number): Passing => ({
  bytes: message.bytes,
  id: message.id,
  expires,
  // Of one author's profiles any may stand, as long as it is the same everywhere.
  isReplaced: message.kind === "profile",
});

let made: readonly Passing[] | undefined;

/** Closes and intents, of which every seventh expires while the world goes on, and some profiles, which replace each other. */
export function market(): readonly Passing[] {
  made ??= Array.from({ length: 260 }, (_, number) => {
    // Before everything: no clock is so wrong that it has not been issued yet.
    const issued = now - 60;
    const expires = now + (number % 7 === 0 ? 120 + number : 4 * 3600);
    if (number % 25 === 0) return passing(profile(number, { issued: issued + number, expires }), expires);
    if (number % 3 === 0) return passing(intent(number, "shopify/bt/15/8"), now + 3600);
    return passing(close(number, { issued, expires }), expires);
  });
  return made;
}
