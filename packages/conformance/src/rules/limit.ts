/** The limits that hello tells are those that the relay keeps; frame, message, lifetime and skew are among other rules. */
import type { Filter } from "@intentcast/protocol";
import type { Caller } from "../caller.ts";
import { describeFrame } from "../describe.ts";
import { expect, NotExercised } from "../finding.ts";
import { newCloses, newSigner } from "../messages.ts";
import type { SubscribeOptions } from "../reader.ts";
import type { Rule } from "../rule.ts";

const spec = "08-relay-protocol.md#7-limits";
const nothing: Filter = { authors: [new Uint8Array(32)] };
const standing: SubscribeOptions = { live: true, credit: 0 };

/** The kit asks for no more than this many things to see that there is an end. */
function within(limit: number, most: number, name: string): void {
  if (limit > most) throw new NotExercised(`limits.${name} is ${limit}; the kit goes up to ${most}`);
}

const boundsSubscriptions: Rule = {
  id: "limit/subscriptions",
  says: "A connection has limits.subscriptions subscriptions; one more is ended with too-many-subscriptions.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const { subscriptions } = trial.limits;
    within(subscriptions, 5000, "subscriptions");
    const readers = Array.from({ length: subscriptions }, () => caller.subscribe(nothing, standing));
    const beyond = caller.subscribe(nothing, standing);
    for (const reader of readers) await reader.caughtUp();
    await beyond.ended("too-many-subscriptions", `subscription ${subscriptions + 1} of ${subscriptions}`);
    readers[0]?.unsubscribe();
    await readers[0]?.ended("unsubscribed");
    await caller.subscribe(nothing, standing).caughtUp();
  },
};

/** The most values in the list of one attribute, and attributes in a filter. */
const values = 256;
const attributes = 16;

/** A filter with so many alternatives that describes no message. */
function filterOfTerms(count: number): Filter {
  const lists = Array.from({ length: Math.ceil(count / values) }, (_, i) => ({
    attribute: "conformance",
    values: Array.from({ length: Math.min(values, count - i * values) }, (_, value) => value),
  }));
  return { attributes: lists };
}

const boundsFilters: Rule = {
  id: "limit/filter-terms",
  says: "A filter has limits.filterTerms alternatives in all its lists; with one more it is ended with filter-too-large.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const { filterTerms } = trial.limits;
    within(filterTerms, values * attributes - 1, "filterTerms");
    await caller.subscribe(filterOfTerms(filterTerms), standing).caughtUp();
    const beyond = caller.subscribe(filterOfTerms(filterTerms + 1), standing);
    await beyond.ended("filter-too-large", `${filterTerms + 1} alternatives, of ${filterTerms}`);
  },
};

/** Authenticates for new mailboxes, all of them at once. */
async function authenticateFor(caller: Caller, count: number): Promise<void> {
  const refs = Array.from({ length: count }, () => caller.prove(newSigner()));
  for (const [i, ref] of refs.entries()) {
    const expected = `accepted for mailbox ${i + 1} of ${count}`;
    const answer = await caller.answer(ref, expected);
    expect(answer[0] === "accepted", expected, describeFrame(answer));
  }
}

const boundsMailboxes: Rule = {
  id: "limit/mailboxes",
  says: "A connection authenticates for limits.mailboxes mailboxes; one more is refused with too-many-mailboxes.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const { mailboxes } = trial.limits;
    within(mailboxes, 10_000, "mailboxes");
    await authenticateFor(caller, mailboxes);
    await caller.refused(
      caller.prove(newSigner()),
      "session/too-many-mailboxes",
      `mailbox ${mailboxes + 1} of ${mailboxes}`,
    );
  },
};

const boundsCredit: Rule = {
  id: "limit/credit",
  says: "Credit outstanding on a subscription is cut to limits.credit, and more can be granted when some is used up.",
  spec: "08-relay-protocol.md#4-subscriptions",
  check: async (trial) => {
    const [caller, publisher] = [await trial.connect(), await trial.connect()];
    const { credit } = trial.limits;
    within(credit, 1000, "credit");
    const by = newSigner();
    const stored = await publisher.publishAll(newCloses(trial, credit + 5, { by }));
    const reader = caller.subscribe(
      { authors: [by.publicKey] },
      { after: 0, live: true, credit: credit + 3 },
    );
    await reader.messages(stored.slice(0, credit));
    await caller.settle();
    reader.isSilent(`${credit} messages for a credit of ${credit + 3}, of which ${credit} are allowed`);
    reader.grant(4);
    await reader.messages(stored.slice(credit, credit + 4));
  },
};

export const limitRules: readonly Rule[] = [
  boundsSubscriptions,
  boundsFilters,
  boundsMailboxes,
  boundsCredit,
];
