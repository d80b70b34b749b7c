/** Reads what relays have stored of a subscription, and no further. */
import { IntentcastError, type Message, reject } from "@intentcast/protocol";
import type { Subscription, Timers } from "@intentcast/relay-client";

/** How long to wait for the next message, or for the word that there is none. */
const patienceMs = 20_000;

/** All messages up to where the relays have caught up. Throws `no-relay` when nothing comes for a while. */
export async function readAll(
  subscription: Subscription,
  { timers, signal }: { readonly timers: Timers; readonly signal: AbortSignal },
): Promise<readonly Message[]> {
  const messages: Message[] = [];
  const iterator = subscription[Symbol.asyncIterator]();
  const caughtUp = subscription.caughtUp.then(() => undefined);
  const given = Promise.withResolvers<never>();
  given.promise.catch(() => undefined);
  const abort = () => given.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      const cancel = timers(patienceMs, () =>
        given.reject(new IntentcastError(reject("no-relay", "nothing has come for a while").error)),
      );
      // What has come already wins over the news that it was all: of promises that are settled the first is taken.
      const step = await Promise.race([iterator.next(), caughtUp, given.promise]).finally(cancel);
      if (step === undefined || step.done) return messages;
      messages.push(step.value.message);
    }
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
