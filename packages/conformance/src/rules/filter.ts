/** Filters: for each field, messages that it describes and messages that it does not, stored and live. */
import { type Filter, type Message, toHex } from "@intentcast/protocol";
import type { FilterCase } from "../filter-cases/filter-case.ts";
import { intentCases } from "../filter-cases/of-intents.ts";
import { messageCases } from "../filter-cases/of-messages.ts";
import { expect } from "../finding.ts";
import type { Reader } from "../reader.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

type Named = ReadonlyMap<string, string>;

/** What ends a reading: so many of the messages, or the first frame of a name that is not `message`. */
type Until = number | "caughtUp" | "ended";

const list = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

/** That the messages with these names come until then, and none of the others. */
async function gives(
  trial: Trial,
  reader: Reader,
  named: Named,
  wanted: readonly string[],
  where: string,
  until: Until,
) {
  const expected = `${list(wanted)} for ${where}`;
  const names: string[] = [];
  while (names.length !== until) {
    const frame = await reader.next(expected);
    if (frame[0] === until || frame[0] === "ended") break;
    if (frame[0] !== "message") continue;
    // Other clients of the relay publish too, and a broad filter describes what they say.
    reader.topUp(trial.plenty);
    const name = named.get(toHex(frame[3]));
    if (name !== undefined) names.push(name);
    if (name !== undefined && name !== wanted[names.length - 1]) break;
  }
  const isSo = names.length === wanted.length && names.every((name, i) => name === wanted[i]);
  expect(isSo, expected, list(names));
}

async function tries(trial: Trial, make: FilterCase["make"]): Promise<void> {
  const [listener, publisher] = [await trial.connect(), await trial.connect()];
  const { messages, filters, mailboxes = [] } = await make(trial);
  for (const mailbox of mailboxes) await listener.authenticate(mailbox);
  const named: Named = new Map(Object.entries(messages).map(([name, { bytes }]) => [toHex(bytes), name]));
  const wanted = filters.map(([what, filter, names]) => ({ what, filter, names: inOrder(messages, names) }));
  const begin = (filter: Filter, after?: number): Reader =>
    listener.subscribe(filter, { live: true, credit: trial.plenty, ...(after !== undefined && { after }) });
  const live = wanted
    .slice(0, trial.limits.subscriptions)
    .map((one) => ({ ...one, reader: begin(one.filter) }));
  for (const { reader, what } of live) await gives(trial, reader, named, [], what, "caughtUp");
  const placed = await publisher.publishAll(Object.values(messages));
  for (const { reader, names, what } of live) {
    await gives(trial, reader, named, names, `${what}, live`, names.length);
    reader.unsubscribe();
  }
  for (const { reader, what } of live)
    await gives(trial, reader, named, [], `${what}, live, beyond that`, "ended");
  const after = (placed[0]?.position ?? 1) - 1;
  for (const { what, filter, names } of wanted) {
    const reader = begin(filter, after);
    await gives(trial, reader, named, names, `${what}, stored`, "caughtUp");
    reader.unsubscribe();
    await gives(trial, reader, named, [], `${what}, stored, beyond that`, "ended");
  }
}

/** Names in the order in which the messages are published. */
const inOrder = (messages: Readonly<Record<string, Message>>, names: string): readonly string[] =>
  Object.keys(messages).filter((name) => names.split(" ").includes(name));

export const filterRules: readonly Rule[] = [...messageCases, ...intentCases].map(
  ({ id, says, spec, make }) => ({
    id: `filter/${id}`,
    says,
    spec: `07-filters.md${spec}`,
    check: (trial) => tries(trial, make),
  }),
);
