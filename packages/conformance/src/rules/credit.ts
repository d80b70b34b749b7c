/** Credit: a reader is sent as many messages as it has asked for, and loses none of the others. */
import { Breach } from "../finding.ts";
import { newCloses, newSigner } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

const spec = "08-relay-protocol.md#4-subscriptions";

async function begin(trial: Trial) {
  const [caller, publisher] = [await trial.connect(), await trial.connect()];
  const by = newSigner();
  const publish = (count: number) => publisher.publishAll(newCloses(trial, count, { by }));
  return { caller, filter: { authors: [by.publicKey] }, publish };
}

const neverMore: Rule = {
  id: "credit/never-more",
  says: "At credit 0 no more messages are sent, stored or live.",
  spec,
  check: async (trial) => {
    const { caller, filter, publish } = await begin(trial);
    const stored = await publish(6);
    const past = caller.subscribe(filter, { after: 0, live: true, credit: 3 });
    const now = caller.subscribe(filter, { live: true, credit: 2 });
    const none = caller.subscribe(filter, { live: true, credit: 0 });
    await Promise.all([now.caughtUp(), none.caughtUp()]);
    await past.messages(stored.slice(0, 3));
    const live = await publish(5);
    await now.messages(live.slice(0, 2));
    await caller.settle();
    for (const reader of [past, now, none]) reader.isSilent("nothing at credit 0");
  },
};

const addsUp: Rule = {
  id: "credit/adds-up",
  says: "What is granted is added to the credit that is left.",
  spec,
  check: async (trial) => {
    const { caller, filter, publish } = await begin(trial);
    const reader = caller.subscribe(filter, { live: true, credit: 2 });
    await reader.caughtUp();
    reader.grant(3);
    reader.grant(1);
    const live = await publish(9);
    await reader.messages(live.slice(0, 6));
    await caller.settle();
    reader.isSilent("six messages for a credit of 2 + 3 + 1");
  },
};

const losesNothing: Rule = {
  id: "credit/goes-on",
  says: "With more credit the messages go on where they stopped: what came meanwhile is not lost and does not come twice.",
  spec,
  check: async (trial) => {
    const { caller, filter, publish } = await begin(trial);
    const all = [...(await publish(4))];
    const reader = caller.subscribe(filter, { after: 0, live: true, credit: 2 });
    await reader.messages(all.slice(0, 2));
    all.push(...(await publish(6)));
    reader.grant(3);
    await reader.messages(all.slice(2, 5));
    all.push(...(await publish(2)));
    reader.grant(5);
    await reader.messages(all.slice(5, 10));
    reader.grant(10);
    await reader.messages(all.slice(10));
    await reader.caughtUp();
    await reader.messages(await publish(3));
  },
};

const freeFrames: Rule = {
  id: "credit/free-frames",
  says: "caughtUp and ended need no credit.",
  spec,
  check: async (trial) => {
    const { caller, filter, publish } = await begin(trial);
    const stored = await publish(2);
    const none = caller.subscribe(filter, { live: true, credit: 0 });
    await none.caughtUp();
    none.unsubscribe();
    await none.ended("unsubscribed");
    const exact = caller.subscribe(filter, { after: 0, live: false, credit: 2 });
    await exact.messages(stored);
    await exact.caughtUp();
    await exact.ended("complete");
  },
};

const catchesUpAgain: Rule = {
  id: "credit/caught-up-again",
  says: "A subscription that had to wait for credit says caughtUp again when it is through.",
  spec,
  check: async (trial) => {
    const { caller, filter, publish } = await begin(trial);
    const reader = caller.subscribe(filter, { live: true, credit: 1 });
    await reader.caughtUp();
    const live = await publish(3);
    await reader.messages(live.slice(0, 1));
    reader.grant(5);
    await reader.messages(live.slice(1));
    const position = await reader.caughtUp();
    const last = live.at(-1)?.position ?? 0;
    if (position < last) throw new Breach(`caughtUp at ${last} or later`, `caughtUp at ${position}`);
  },
};

const endsInNeed: Rule = {
  id: "credit/unsubscribe",
  says: "A subscription that waits for credit can be ended; nothing of what waited comes.",
  spec,
  check: async (trial) => {
    const { caller, filter, publish } = await begin(trial);
    const stored = await publish(3);
    const reader = caller.subscribe(filter, { after: 0, live: true, credit: 1 });
    await reader.messages(stored.slice(0, 1));
    reader.unsubscribe();
    await reader.ended("unsubscribed");
    await caller.settle();
    reader.isSilent("nothing after ended");
  },
};

export const creditRules: readonly Rule[] = [
  neverMore,
  addsUp,
  losesNothing,
  freeFrames,
  catchesUpAgain,
  endsInNeed,
];
