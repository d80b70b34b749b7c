/** What a refusal says about trying again. */
import { expect, NotNow } from "../finding.ts";
import { clockMargin, newClose } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

async function neverFaresBetter(trial: Trial): Promise<void> {
  const caller = await trial.connect();
  const now = trial.now();
  const tooLong = { issued: now, expires: now + trial.limits.lifetime + 1 };
  const cases = [
    ["decode/envelope-form", "no bytes", new Uint8Array(0)],
    ["admit/expired", "an expired message", newClose(trial, { issued: now - 20, expires: now - 10 })],
    ["admit/lifetime-too-long", "too long a life", newClose(trial, tooLong)],
  ] as const;
  for (const [verdict, what, message] of cases) {
    const seconds = await caller.refused(caller.ask(message), verdict, what);
    expect(seconds === 0, `retryAfter 0 for ${what}`, `retryAfter ${seconds}`);
  }
}

async function mayFareBetter(trial: Trial): Promise<void> {
  const caller = await trial.connect();
  const early = newClose(trial, { issued: trial.now() + trial.limits.skew + clockMargin });
  const what = "a message of the future";
  const seconds = await caller.refused(caller.ask(early), "admit/not-yet-valid", what);
  expect(seconds > 0, `a retryAfter above 0 for ${what}`, "retryAfter 0");
}

const saysWhenToRetry: Rule = {
  id: "refusal/retry-after",
  says: "retryAfter is 0 when the same request never fares better, and else the seconds after which it may.",
  spec: "08-relay-protocol.md#1-connection",
  check: async (trial) => {
    try {
      await neverFaresBetter(trial);
      await mayFareBetter(trial);
    } catch (error) {
      // Told below, with what was seen of the kind while other rules were checked.
      if (!(error instanceof NotNow && error.retryAfter === 0)) throw error;
    }
    const silent = trial.circumstances.refusedForNow.find(({ retryAfter }) => retryAfter === 0);
    expect(
      silent === undefined,
      "a retryAfter above 0 from a relay that is busy",
      () => `${silent?.code}, 0`,
    );
  },
};

export const refusalRules: readonly Rule[] = [saysWhenToRetry];
