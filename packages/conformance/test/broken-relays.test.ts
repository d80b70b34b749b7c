/** The kit catches relays that are wrong: for each rule at least one, by that rule and for the reason that was meant. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Checked, checkRelay } from "../src/check-relay.ts";
import { rules } from "../src/rules.ts";
import type { BrokenRelay } from "./broken/broken-relay.ts";
import { connectionRelays } from "./broken/connection.ts";
import { creditRelays } from "./broken/credit.ts";
import { filterRelays } from "./broken/filter.ts";
import { httpRelays } from "./broken/http.ts";
import { mailboxRelays } from "./broken/mailbox.ts";
import { requestRelays } from "./broken/request.ts";
import { storeRelays } from "./broken/store.ts";
import { subscriptionRelays } from "./broken/subscription.ts";
import { verdictRelays } from "./broken/verdict.ts";
import { carelessDisk } from "./careless-store.ts";
import { type Faults, startFaulty } from "./faulty-relay.ts";

const brokenRelays: readonly BrokenRelay[] = [
  ...connectionRelays,
  ...requestRelays,
  ...verdictRelays,
  ...storeRelays,
  ...subscriptionRelays,
  ...creditRelays,
  ...filterRelays,
  ...mailboxRelays,
  ...httpRelays,
];

const vectors = join(import.meta.dirname, "../../../spec/vectors");

/** What the kit finds out about such a relay. */
async function check(
  faults: Faults,
  ids: readonly string[],
  timeoutSeconds: number,
): Promise<readonly Checked[]> {
  await using relay = await startFaulty(faults);
  const { url, restart, stop } = relay;
  const chosen = rules.filter(({ id }) => ids.includes(id));
  const found: Checked[] = [];
  const options = { rules: chosen, timeoutSeconds, vectors, restart, stop };
  for await (const checked of checkRelay(url, options)) found.push(checked);
  return found;
}

describe.concurrent("a relay", () => {
  it.for(brokenRelays)("that $it is caught by $rule", async ({ rule, told, faults, isSilent }) => {
    // Long enough for a busy machine: whoever says something wrong is caught at once.
    const found = await check(faults, [rule], isSilent ? 8 : 25);
    expect(found).toMatchObject([{ rule: { id: rule }, finding: { outcome: "failed" } }]);
    for (const { finding } of found)
      expect(finding.outcome === "failed" && `${finding.expected}; came ${finding.came}`).toMatch(told);
  });
});

/** Limits that make every rule worth trying, and the trial short. */
const limits = {
  subscriptions: 20,
  filterTerms: 300,
  mailboxes: 20,
  credit: 200,
  message: 9000,
  frame: 20_000,
};

it("the proxy and the store by which relays are broken break none by themselves", async () => {
  const open = carelessDisk({});
  const ids = rules.map(({ id }) => id);
  const faults = {
    relay: () => ({ store: open(), limits }),
    link: () => ({ fromRelay: (frame) => [frame] }),
  } satisfies Faults;
  const found = await check(faults, ids, 20);
  expect(found.map(({ rule, finding }) => [rule.id, finding])).toEqual(
    ids.map((id) => [id, { outcome: "passed" }]),
  );
});

it("every rule has a relay that breaks it", () => {
  const broken = new Set(brokenRelays.map(({ rule }) => rule));
  expect([...broken].sort()).toEqual(rules.map(({ id }) => id).sort());
});
