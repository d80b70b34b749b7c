/** Subscriptions: what comes first, what comes then, and how one ends. */
import { expect } from "../finding.ts";
import { newClose, newCloses, newSigner } from "../messages.ts";
import type { Placed } from "../reader.ts";
import type { Rule } from "../rule.ts";

const spec = "08-relay-protocol.md#4-subscriptions";

const storedThenLive: Rule = {
  id: "subscription/stored-then-live",
  says: "First come the stored messages after a position, once each and in order, then caughtUp, then live ones.",
  spec,
  check: async (trial) => {
    const [caller, publisher] = [await trial.connect(), await trial.connect()];
    const by = newSigner();
    const stored = await publisher.publishAll(newCloses(trial, 20, { by }));
    const filter = { authors: [by.publicKey] };
    const whole = caller.subscribe(filter, { after: 0, live: true, credit: trial.plenty });
    const after = (stored[11] as Placed).position;
    const part = caller.subscribe(filter, { after, live: true, credit: trial.plenty });
    await whole.messages(stored);
    await part.messages(stored.slice(12));
    const positions = [await whole.caughtUp(), await part.caughtUp()];
    const last = (stored.at(-1) as Placed).position;
    const isAll = positions.every((position) => position >= last);
    expect(isAll, `caughtUp at ${last} or later`, `caughtUp at ${positions.join(" and ")}`);
    const live = await publisher.publishAll(newCloses(trial, 5, { by }));
    await whole.messages(live);
    await part.messages(live);
    await caller.settle();
    for (const reader of [whole, part]) reader.isSilent("each message once");
  },
};

const fromNow: Rule = {
  id: "subscription/from-now",
  says: "Without after, none of the stored messages are sent: caughtUp comes at once, and then live ones.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const by = newSigner();
    await caller.publishAll(newCloses(trial, 3, { by }));
    const filter = { authors: [by.publicKey] };
    const reader = caller.subscribe(filter, { live: true, credit: trial.plenty });
    await reader.caughtUp();
    const once = caller.subscribe(filter, { live: false, credit: trial.plenty });
    await once.caughtUp();
    await once.ended("complete");
    await reader.messages(await caller.publishAll(newCloses(trial, 2, { by })));
  },
};

const storedOnly: Rule = {
  id: "subscription/stored-only",
  says: "A subscription that is not live ends with complete after caughtUp, gets nothing more, and its number is free again.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const by = newSigner();
    const filter = { authors: [by.publicKey] };
    const stored = await caller.publishAll(newCloses(trial, 3, { by }));
    const reader = caller.subscribe(filter, { after: 0, live: false, credit: trial.plenty });
    await reader.messages(stored);
    await reader.caughtUp();
    // To a relay that would go on live, this is to be delivered.
    const later = await caller.publishAll(newCloses(trial, 2, { by }));
    await reader.ended("complete");
    await caller.settle();
    reader.isSilent("nothing after ended");
    const after = (stored.at(-1) as Placed).position;
    const again = caller.subscribeAs(reader.number, filter, { after, live: false, credit: trial.plenty });
    await again.messages(later);
  },
};

const saysCaughtUpTruly: Rule = {
  id: "subscription/caught-up",
  says: "caughtUp comes when everything up to its position has been sent, and not before; its position can be gone on from.",
  spec,
  check: async (trial) => {
    const [caller, publisher] = [await trial.connect(), await trial.connect()];
    const by = newSigner();
    const filter = { authors: [by.publicKey] };
    const stored = await publisher.publishAll(newCloses(trial, 6, { by }));
    const reader = caller.subscribe(filter, { after: 0, live: true, credit: 4 });
    await reader.messages(stored.slice(0, 4));
    await caller.settle();
    reader.isSilent("no caughtUp while stored messages wait for credit");
    reader.grant(trial.plenty - 4);
    await reader.messages(stored.slice(4));
    const position = await reader.caughtUp();
    const next = await publisher.publishAll(newCloses(trial, 3, { by }));
    const first = (next[0] as Placed).position;
    expect(
      position < first,
      `caughtUp before position ${first}, which came later`,
      `caughtUp at ${position}`,
    );
    await reader.messages(next);
    const resumed = caller.subscribe(filter, { after: position, live: false, credit: trial.plenty });
    await resumed.messages(next);
    await resumed.caughtUp();
  },
};

const keepsNumbersApart: Rule = {
  id: "subscription/number-taken",
  says: "A number in use is refused with ref 0 and subscription-taken, and the subscription that has it goes on.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const by = newSigner();
    const reader = caller.subscribe({ authors: [by.publicKey] }, { live: true, credit: 10 });
    await reader.caughtUp();
    caller.send("subscribe", reader.number, { kinds: ["profile"] }, { live: true, credit: 10 });
    await caller.complaint("session/subscription-taken", "a number in use");
    await reader.messages(await caller.publishAll(newCloses(trial, 2, { by })));
  },
};

const knowsNumbers: Rule = {
  id: "subscription/number-unknown",
  says: "credit and unsubscribe for a number not in use are refused with ref 0 and subscription-unknown; the connection goes on.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    caller.send("credit", 77, 1);
    await caller.complaint("session/subscription-unknown", "credit for a number not in use");
    caller.send("unsubscribe", 78);
    await caller.complaint("session/subscription-unknown", "unsubscribe for a number not in use");
    await caller.publish(newClose(trial), "a message published after that");
  },
};

const unsubscribes: Rule = {
  id: "subscription/unsubscribe",
  says: "unsubscribe is answered by ended with unsubscribed; nothing comes after it, and the number is free again.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const by = newSigner();
    const filter = { authors: [by.publicKey] };
    const reader = caller.subscribe(filter, { live: true, credit: trial.plenty });
    await reader.caughtUp();
    reader.unsubscribe();
    await reader.ended("unsubscribed");
    const { matched } = await caller.publish(newClose(trial, { by }));
    await caller.settle();
    reader.isSilent(`nothing after ended (matched ${matched})`);
    const again = caller.subscribeAs(reader.number, filter, { live: true, credit: 1 });
    await again.caughtUp();
  },
};

export const subscriptionRules: readonly Rule[] = [
  storedThenLive,
  fromNow,
  storedOnly,
  saysCaughtUpTruly,
  keepsNumbersApart,
  knowsNumbers,
  unsubscribes,
];
