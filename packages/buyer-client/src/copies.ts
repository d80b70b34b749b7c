/** Of which messages a buyer keeps copies, so that the words alone bring back what was agreed (spec/04 §4, copies). */
import { day, type Seconds, type Signed, toHex, type UnixSeconds } from "@intentcast/protocol";
import type { Holder } from "@intentcast/relay-client";
import type { Thread, Wallet } from "./wallet.ts";

/** Relays keep a copy for thirty days; in good time before that it is made anew. */
const renewedAfter: Seconds = 20 * day;

/** Copies made of a message in that time, however many stores are lost. */
const mostCopies = 4;

/**
 * The messages of a thread of which there is no fresh copy in a store that is still there: its intent, once a relay has it; what we have said; and of
 * the deals that were awarded everything, for a seller's own envelopes may last no longer than the offer.
 */
export function copiesDue(
  thread: Thread,
  wallet: Wallet,
  now: UnixSeconds,
  isGone: (holder: Holder) => boolean,
): readonly Signed[] {
  const awarded = [...thread.deals.values()].filter(({ award }) => award !== undefined);
  const wanted = new Map<string, Signed>();
  if (wallet.delivered.has(toHex(thread.intent.id))) wanted.set(toHex(thread.intent.id), thread.intent);
  for (const { messages } of awarded) {
    for (const one of messages.slice(1)) wanted.set(toHex(one.id), one);
  }
  for (const { message } of thread.sent) wanted.set(toHex(message.id), message);
  const isKept = (id: string): boolean => {
    const fresh = (wallet.kept.get(id) ?? []).filter(({ at }) => now - at < renewedAfter);
    return fresh.length >= mostCopies || fresh.some(({ holder }) => holder === undefined || !isGone(holder));
  };
  return [...wanted].filter(([id]) => !isKept(id)).map(([, message]) => message);
}
