/** From the stored messages to the live ones, while others publish: nothing is missing and nothing comes twice. */
import { equalBytes } from "@intentcast/protocol";
import type { Caller } from "../caller.ts";
import { describeFrame } from "../describe.ts";
import { Breach } from "../finding.ts";
import { newCloses, newSigner } from "../messages.ts";
import type { Placed, Reader } from "../reader.ts";
import type { Rule } from "../rule.ts";

/** Publishers at once, and what each of them publishes where credit is enough. */
const publishers = 3;
const most = 60;

/** Subscriptions that begin while that goes on. */
const readers = 6;

/** Each message once and in order, whenever in between caughtUp comes. */
async function reads(reader: Reader, all: readonly Placed[]): Promise<void> {
  for (const [i, { message, position }] of all.entries()) {
    const expected = `message ${i + 1} of ${all.length}, at position ${position}`;
    let frame = await reader.next(expected);
    while (frame[0] === "caughtUp") frame = await reader.next(expected);
    const isIt = frame[0] === "message" && frame[2] === position && equalBytes(frame[3], message.bytes);
    if (!isIt) throw new Breach(expected, describeFrame(frame));
  }
  if (!reader.hasCaughtUp) await reader.caughtUp();
}

const leavesNoGap: Rule = {
  id: "subscription/hand-over",
  says: "Between the stored messages and the live ones nothing is missing and nothing comes twice, also while others publish.",
  spec: "08-relay-protocol.md#4-subscriptions",
  check: async (trial) => {
    const by = newSigner();
    const filter = { authors: [by.publicKey] };
    const listener = await trial.connect();
    const callers = await trial.connectTimes(publishers);
    const each = Math.min(most, Math.floor(trial.plenty / publishers));
    // Answers after which the next subscription begins.
    const apart = Math.floor((publishers * each) / (readers + 1));
    const begun: Reader[] = [];
    const all: Placed[] = [];
    const answered = (placed: Placed): void => {
      all.push(placed);
      if (all.length % apart === 0 && begun.length < readers)
        begun.push(listener.subscribe(filter, { after: 0, live: true, credit: trial.plenty }));
    };
    const publish = async (caller: Caller) => {
      const asked = newCloses(trial, each, { by }).map((message) => ({ message, ref: caller.ask(message) }));
      for (const { message, ref } of asked)
        answered({ message, position: (await caller.accepted(ref)).position });
    };
    await Promise.all(callers.map(publish));
    all.sort((a, b) => a.position - b.position);
    for (const reader of begun) await reads(reader, all);
    await listener.settle();
    for (const reader of begun) reader.isSilent("each message once");
  },
};

export const handOverRules: readonly Rule[] = [leavesNoGap];
