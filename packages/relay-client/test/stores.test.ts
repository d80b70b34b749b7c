import { expect, test } from "vitest";
import { Stores } from "../src/index.ts";

const [here, there] = ["ws://here", "ws://there"];
const at = (relay: string, store: string) => ({ relay, store });

const knowing = (...relays: readonly { relay: string; store: string }[]): Stores => {
  const stores = new Stores();
  for (const one of relays) stores.opened(one);
  return stores;
};

test("a store is gone when its relay has another one, and not while nobody knows", () => {
  const stores = knowing(at(here, "b"));
  expect(stores.isGone(at(here, "a"))).toBe(true);
  expect(stores.isGone(at(here, "b"))).toBe(false);
  expect(stores.isGone(at(there, "a"))).toBe(false);
});

test("a message is due where a store that is gone had it, and the present one has not", () => {
  const stores = knowing(at(here, "b"), at(there, "a"));
  expect(stores.claim("m", [at(here, "a"), at(there, "a")])).toEqual([here]);
  expect(stores.claim("n", [at(here, "a"), at(here, "b")])).toEqual([]);
  expect(stores.claim("o", [])).toEqual([]);
});

test("it is due once for each store, and another message for itself", () => {
  const stores = knowing(at(here, "b"));
  expect(stores.claim("m", [at(here, "a")])).toEqual([here]);
  expect(stores.claim("m", [at(here, "a")])).toEqual([]);
  expect(stores.claim("n", [at(here, "a")])).toEqual([here]);
  stores.opened(at(here, "c"));
  expect(stores.claim("m", [at(here, "a")])).toEqual([here]);
});

test.each([
  [
    "takes it each time",
    (taken: { relay: string; store: string }[], store: string) => taken.push(at(here, store)),
  ],
  ["takes it never", () => undefined],
])("a relay with a new store each time that %s is sent it four times at most", (_, answer) => {
  const stores = new Stores();
  const taken = [at(here, "0")];
  let sent = 1;
  for (let i = 1; i < 20; i++) {
    stores.opened(at(here, `${i}`));
    if (stores.claim("m", taken).length === 0) continue;
    sent++;
    answer(taken, `${i}`);
  }
  expect(sent).toBeLessThanOrEqual(5);
  // Nor does another process, which knows only what has been written down.
  const [next, holders] = [knowing(at(here, "last")), taken.length];
  expect(next.claim("m", taken)).toEqual(holders < 4 ? [here] : []);
});
