/** The judge of networks finds what is wrong with one. */
import { toHex } from "@intentcast/protocol";
import { expect, test } from "vitest";
import { close } from "../../../packages/relay/test/messages.ts";
import { type Judged, judge } from "./judge.ts";
import { Watcher } from "./watcher.ts";

const messages = [1, 2, 3].map((number) => close(number));
const ids = messages.map(({ id }) => toHex(id));

/** A relay that shows and holds these messages, by number. */
function relay(name: string, shown: readonly number[], held = shown, mebibytes = 250): Judged {
  const watcher = new Watcher();
  for (const [i, number] of shown.entries()) watcher.take(i + 1, messages[number]?.bytes as Uint8Array);
  return {
    name,
    watcher,
    held: async () => new Set(held.map((number) => ids[number] as string)),
    measure: async () => {},
    mostBytes: mebibytes * 2 ** 20,
  };
}

const judged = (...relays: readonly Judged[]) => judge(relays, new Set(ids.slice(0, 2)), 0);
const good = relay("good", [0, 1, 2]);

test("a network in which all hold the same, in whatever order, is as it must be", async () => {
  await expect(judged(good, relay("other", [2, 1, 0]))).resolves.toBeUndefined();
});

test.each([
  ["lacks what was acknowledged", relay("bad", [0, 2]), /1 of 2 are not at bad/],
  ["lacks what others have", relay("bad", [0, 1]), /they show 3, 2 messages/],
  ["shows something twice", relay("bad", [0, 1, 2, 1]), /once and in order, not .* for a second time/],
  ["holds something else than it shows", relay("bad", [0, 1, 2], [0, 1]), /bad holds what the others/],
  ["has grown", relay("bad", [0, 1, 2], [0, 1, 2], 500), /bad stays small, and has not 500 MiB/],
])("a relay that %s is found out", async (_, bad, what) => {
  await expect(judged(good, bad)).rejects.toThrow(what);
});

test("a position that is shown out of order is found out", () => {
  const watcher = new Watcher();
  for (const position of [2, 1]) watcher.take(position, messages[position]?.bytes as Uint8Array);
  expect(() => watcher.check()).toThrow(/position 1 after 2/);
});
