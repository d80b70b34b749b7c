/** What has expired is served to nobody. */
import { expect } from "../finding.ts";
import { newClose, newSigner } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

/** Seconds that a message has left when it is published. */
const soon = 2;

/** How often the relay's clock is looked at. */
const lookMs = 250;

/** Resolves when the relay's clock has come to a time. */
export async function untilRelayTime(trial: Trial, time: number): Promise<void> {
  const { patience } = trial.circumstances;
  const looks = ((time - trial.now() + patience.seconds) * 1000) / lookMs;
  for (let look = 0; look < looks; look += 1) {
    const { hello } = await trial.connect();
    if (hello.time >= time) return;
    await trial.pause(lookMs);
  }
  expect(false, "a clock in hello that goes on", "one that stands still");
}

const servesNothingExpired: Rule = {
  id: "expiry/not-served",
  says: "An expired message is not served: neither to who asks for it, nor to who waited for credit when it expired.",
  spec: "08-relay-protocol.md#2-publishing",
  check: async (trial) => {
    const caller = await trial.connect();
    const by = newSigner();
    const expires = trial.now() + soon;
    const waits = caller.subscribe({ authors: [by.publicKey] }, { live: true, credit: 0 });
    await waits.caughtUp();
    await caller.publish(newClose(trial, { by, issued: expires - 60, expires }));
    const message = newClose(trial, { by });
    const { position } = await caller.publish(message);
    await untilRelayTime(trial, expires);
    waits.grant(trial.plenty);
    await waits.message({ message, position }, "only what has not expired, to who waited for credit");
    const asks = caller.subscribe(
      { authors: [by.publicKey] },
      { after: 0, live: false, credit: trial.plenty },
    );
    await asks.message({ message, position }, "only what has not expired");
    await asks.caughtUp();
    await asks.ended("complete");
  },
};

export const expiryRules: readonly Rule[] = [servesNothingExpired];
