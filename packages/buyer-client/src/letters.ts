/** What a buyer has said in a thread, as it goes over the wire, and whether it can still matter to anybody. */
import { findMessage, isAnswered, readMessage, type UnixSeconds } from "@intentcast/protocol";
import type { Sent, Thread } from "./wallet.ts";

/** Bytes to publish, and the id of the signed message in them. */
export type Letter = {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  /** Whether somebody may still wait for it. */
  readonly isWanted: (now: UnixSeconds) => boolean;
};

/** The intent, all that was sealed, and the close, in this order. */
export function letters(thread: Thread): readonly Letter[] {
  const { intent, close, sent } = thread;
  const isOpen = (now: UnixSeconds): boolean => close === undefined && now < intent.body.expires;
  return [
    { ...intent, isWanted: isOpen },
    ...sent.map((one) => sealedLetter(thread, one)),
    ...(close === undefined ? [] : [{ ...close, isWanted: (now: UnixSeconds) => now < close.body.expires }]),
  ];
}

/** Until its envelope expires, or its seller has answered. */
const sealedLetter = ({ deals }: Thread, { message, envelope }: Sent): Letter => ({
  id: message.id,
  bytes: envelope,
  isWanted: (now) => {
    const sealed = readMessage(envelope, () => true);
    const deal = [...deals.values()].find((one) => findMessage(one, message.id) !== undefined);
    const isAlive = sealed.ok && sealed.value.kind === "sealed" && now < sealed.value.expires;
    return isAlive && (deal === undefined || !isAnswered(deal, message));
  },
});
