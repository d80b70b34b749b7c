/** Of the profiles of one author only the latest stands. */
import { compareBytes, type Signed } from "@intentcast/protocol";
import type { Caller } from "../caller.ts";
import { expect } from "../finding.ts";
import { newProfile, newSigner } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

const spec = "08-relay-protocol.md#2-publishing";
const superseded = "admit/superseded";

/** That one profile of its author is served, and it is this. */
async function stands(caller: Caller, trial: Trial, message: Signed<"profile">, position: number) {
  const reader = caller.subscribe(
    { authors: [message.author] },
    { after: 0, live: false, credit: trial.plenty },
  );
  await reader.message({ message, position }, "the profile that stands");
  await reader.caughtUp();
  await reader.ended("complete");
}

const latestStands: Rule = {
  id: "profile/latest-stands",
  says: "A later profile of one author replaces the earlier, and an earlier one is refused with superseded.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const by = newSigner();
    const now = trial.now();
    const [earliest, first, later] = [now - 9, now - 5, now - 4].map((issued) =>
      newProfile(trial, { by, issued }),
    ) as [Signed<"profile">, Signed<"profile">, Signed<"profile">];
    const { position } = await caller.publish(first);
    await stands(caller, trial, first, position);
    await caller.refused(caller.ask(earliest), superseded, "a profile issued before the one that stands");
    const replaced = await caller.publish(later, "a profile issued after the one that stands");
    expect(replaced.position > position, `a position after ${position}`, `position ${replaced.position}`);
    await stands(caller, trial, later, replaced.position);
    await caller.refused(caller.ask(first), superseded, "the profile that was replaced");
    await stands(caller, trial, later, replaced.position);
  },
};

const greaterIdStands: Rule = {
  id: "profile/greater-id",
  says: "Of two profiles issued at the same second the one with the greater id, compared as bytes, stands.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const by = newSigner();
    const issued = trial.now();
    const [low, middle, high] = [1, 2, 3]
      .map(() => newProfile(trial, { by, issued }))
      .sort((a, b) => compareBytes(a.id, b.id)) as [Signed<"profile">, Signed<"profile">, Signed<"profile">];
    await caller.publish(middle);
    await caller.refused(caller.ask(low), superseded, "a profile of the same second with a lesser id");
    const { position } = await caller.publish(high, "a profile of the same second with a greater id");
    await stands(caller, trial, high, position);
  },
};

export const profileRules: readonly Rule[] = [latestStands, greaterIdStands];
