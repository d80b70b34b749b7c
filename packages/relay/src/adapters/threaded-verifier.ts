/**
 * Signatures checked on threads of their own. A claim that comes alone is decided here, since a thread would take longer
 * to hear of it; those that come together, or while a thread is at work, leave in parcels. No claim waits for a thread to
 * begin, which takes a quarter of a second.
 */
import type { VerifyEquation } from "@intentcast/protocol";
import type { Log } from "../ports/log.ts";
import { inOrder, type Verifier } from "../ports/verifier.ts";
import { type Asked, type Died, startThread, type Thread } from "./verifier-thread.ts";

/** Claims in one parcel: enough to make a message between threads cheap, few enough for the first not to wait long. */
const parcelClaims = 64;

/** Decides every claim at once, on the thread that asks. */
export const inlineVerifier = (equation: VerifyEquation): Verifier => ({
  holds: async (claim) => claim === undefined || equation(claim.signature, claim.signed, claim.publicKey),
  close: async () => {},
});

/** `equation` decides what does not go to one of the `most` threads; each is started when there is work for it. */
export function threadedVerifier(
  most: number,
  equation: VerifyEquation,
  log: Log,
  begin: (died: Died) => Thread = startThread,
): Verifier {
  const answers = inOrder();
  const threads: Thread[] = [];
  let room = most;
  let queue: Asked[] = [];

  const decide = ({ claim: { signature, signed, publicKey }, find }: Asked): void =>
    find(equation(signature, signed, publicKey));

  function start(): void {
    const thread = begin((left, error) => {
      threads.splice(threads.indexOf(thread), 1);
      log("error", "verifier.failed", { error: String(error), claims: left.length });
      // One that cannot even begin would not fare better a second time.
      if (!thread.isReady) room -= 1;
      left.forEach(decide);
    });
    threads.push(thread);
  }

  /** The thread with the least to do. Where all have work, and there may be more of them, another one begins. */
  function freest(): Thread | undefined {
    const ready = threads.filter(({ isReady }) => isReady);
    const least = ready.toSorted((a, b) => a.pending - b.pending)[0];
    if (least?.pending !== 0 && threads.length < room && ready.length === threads.length) start();
    return least;
  }

  function flush(): void {
    const asked = queue;
    queue = [];
    if (asked.length === 1 && threads.every(({ pending }) => pending === 0)) {
      asked.forEach(decide);
      return;
    }
    for (let at = 0; at < asked.length; at += parcelClaims) {
      const parcel = asked.slice(at, at + parcelClaims);
      const thread = freest();
      if (thread === undefined) parcel.forEach(decide);
      else thread.give(parcel);
    }
  }

  return {
    holds: (claim) =>
      new Promise((resolve) => {
        const inTurn = answers.stand();
        const find = (holds: boolean): void => inTurn(() => resolve(holds));
        if (claim === undefined) find(true);
        else if (queue.push({ claim, find }) === 1) setImmediate(flush);
      }),
    close: async () => {
      await answers.empty();
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}
