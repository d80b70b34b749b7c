/** How a relay says goodbye. */
import type { Caller } from "../caller.ts";
import { describeFrame } from "../describe.ts";
import { Breach, expect, NotExercised } from "../finding.ts";
import { newClose, newSigner } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

/** Messages on their way when the relay is told to stop. */
const count = 20;

const refusesNewcomers = async (trial: Trial): Promise<boolean> =>
  trial.connect().then(
    () => false,
    () => true,
  );

/** What the relay had not taken up yet it may still refuse, but not leave without an answer. */
async function isAnswered(caller: Caller, ref: number): Promise<void> {
  const expected = "an answer to a message published before the relay was stopped";
  const answer = await caller.answer(ref, expected);
  const isTold = answer[0] === "accepted" || answer[3] === "shutting-down";
  expect(isTold, "accepted, or rejected with session/shutting-down", describeFrame(answer));
}

const saysGoodbye: Rule = {
  id: "going-away/goodbye",
  says: "A relay that shuts down answers what was asked before, ends every subscription with shutting-down, closes with 1001 and takes no new connection.",
  spec: "08-relay-protocol.md#8-going-away",
  recommended: true,
  check: async (trial) => {
    const { stop } = trial.circumstances;
    if (stop === undefined) throw new NotExercised("the kit was not told how to stop the relay");
    const caller = await trial.connect();
    const idle = await trial.connect();
    const filter = { authors: [newSigner().publicKey] };
    const readers = [caller, idle].map((one) => one.subscribe(filter, { live: true, credit: 1 }));
    for (const reader of readers) await reader.caughtUp();
    const [first = 0, ...others] = Array.from({ length: count }, () => caller.ask(newClose(trial)));
    await caller.accepted(first);
    const stopping = stop();
    for (const ref of others) await isAnswered(caller, ref);
    for (const reader of readers) await reader.ended("shutting-down");
    for (const one of [caller, idle]) {
      const { code } = await one.inbox.closed("the end of the connection");
      if (code !== 1001) throw new Breach("close code 1001", `close code ${code}`);
    }
    expect(await refusesNewcomers(trial), "a new connection refused", "hello");
    await stopping;
  },
};

export const goingAwayRules: readonly Rule[] = [saysGoodbye];
