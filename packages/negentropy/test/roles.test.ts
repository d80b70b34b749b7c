import { hash } from "node:crypto";
import { fromHex, toHex } from "@intentcast/protocol";
import { itemOf, setOf } from "@intentcast/testkit";
import { nip77 } from "nostr-tools";
import { describe, expect, test } from "vitest";
import { Fingerprints } from "../src/fingerprint.ts";
import { initiate, initiatorTurn, type RoleOptions, responderTurn, type Snapshot } from "../src/index.ts";
import { type Sets, threeSets } from "./two-sets.ts";

const nodeSha256 = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer");

type Told = { readonly have: string[]; readonly need: string[] };

/** Where a frame was full, a part that is known already may be gone over again, and told twice. */
const sortedOnce = ({ have, need }: Told): Told => ({
  have: [...new Set(have)].sort(),
  need: [...new Set(need)].sort(),
});

const largest = (sizes: readonly number[]): number => Math.max(0, ...sizes);

/** Our initiator against our responder; also the sizes of all messages. */
function talk(ours: Snapshot, theirs: Snapshot, options: RoleOptions, theirOptions: RoleOptions) {
  const told: Told = { have: [], need: [] };
  const sizes: number[] = [];
  let message: Uint8Array | undefined = initiate(ours, options);
  while (message !== undefined) {
    const answer = responderTurn(theirs, message, theirOptions);
    if (!answer.ok) throw new Error(answer.error.code);
    const turn = initiatorTurn(ours, answer.value, options);
    if (!turn.ok) throw new Error(turn.error.code);
    sizes.push(message.length, answer.value.length);
    told.have.push(...turn.value.have.map(toHex));
    told.need.push(...turn.value.need.map(toHex));
    message = turn.value.message;
  }
  return { told: sortedOnce(told), times: told.have.length + told.need.length, sizes };
}

/** The initiator of nostr-tools, whose code is another's, against our responder. */
function talkToAnother(sets: Sets, theirLimit: number | undefined, options: RoleOptions) {
  const { onlyFirst, onlySecond, both } = sets;
  const storage = new nip77.NegentropyStorageVector();
  for (const { timestamp, id } of [...onlyFirst, ...both]) storage.insert(Number(timestamp), toHex(id));
  storage.seal();
  const initiator = new nip77.Negentropy(storage, theirLimit);
  const items = setOf([...onlySecond, ...both]).snapshot();
  const told: Told = { have: [], need: [] };
  const sizes: number[] = [];
  let message: string | null = initiator.initiate();
  while (message !== null) {
    const answer = responderTurn(items, fromHex(message), options);
    if (!answer.ok) throw new Error(answer.error.code);
    sizes.push(answer.value.length);
    message = initiator.reconcile(
      toHex(answer.value),
      (id) => told.have.push(id),
      (id) => told.need.push(id),
    );
  }
  return { told: sortedOnce(told), sizes };
}

const sets: readonly [string, Sets][] = [
  ["nothing", threeSets(0, 0, 0)],
  ["the same", threeSets(0, 0, 2000)],
  ["a few", threeSets(3, 2, 10)],
  ["the first side has nothing", threeSets(0, 700, 0)],
  ["the second side has nothing", threeSets(700, 0, 0)],
  ["a sixteenth at random", threeSets(200, 200, 6000)],
  ["all", threeSets(1500, 1500, 0)],
];

const limits: readonly [string, number | undefined][] = [
  ["no limit", undefined],
  ["the least limit", 4096],
  ["another limit", 20_000],
];

const limitedTo = (frameLimit: number | undefined): RoleOptions =>
  frameLimit === undefined ? {} : { frameLimit };

const hex = (items: Sets["both"]): string[] => items.map(({ id }) => toHex(id)).sort();

describe.each(limits)("with %s at the initiator", (_, initiatorLimit) => {
  describe.each(limits)("and %s at the responder", (_, responderLimit) => {
    test.each(sets)("the initiator learns exactly what differs: %s", (_, { onlyFirst, onlySecond, both }) => {
      const ours = setOf([...onlyFirst, ...both]).snapshot();
      const theirs = setOf([...onlySecond, ...both]).snapshot();
      const { told, times, sizes } = talk(ours, theirs, limitedTo(initiatorLimit), limitedTo(responderLimit));
      expect(told).toEqual({ have: hex(onlyFirst), need: hex(onlySecond) });
      if (initiatorLimit === undefined && responderLimit === undefined) {
        expect(times).toBe(onlyFirst.length + onlySecond.length);
      }
      expect(largest(sizes.filter((_, i) => i % 2 === 0))).toBeLessThanOrEqual(initiatorLimit ?? Infinity);
      expect(largest(sizes.filter((_, i) => i % 2 === 1))).toBeLessThanOrEqual(responderLimit ?? Infinity);
    });

    test.each(sets)("and so does another implementation's initiator: %s", (_, three) => {
      const { told, sizes } = talkToAnother(three, initiatorLimit, limitedTo(responderLimit));
      expect(told).toEqual({ have: hex(three.onlyFirst), need: hex(three.onlySecond) });
      expect(largest(sizes)).toBeLessThanOrEqual(responderLimit ?? Infinity);
    });
  });
});

describe("fingerprints", () => {
  // Facts from hoytech/negentropy: kotlin/src/test/…/fingerprint/FingerprintTest.kt.
  const items = [
    [1678011277, "eb6b05c2e3b008592ac666594d78ed83e7b9ab30f825b9b08878128f7500008c"],
    [1678011278, "39b916432333e069a4386917609215cc688eb99f06fed01aadc29b1b4b92d6f0"],
    [1678011279, "abc81d58ebe3b9a87100d47f58bf15e9b1cbf62d38623f11d0f0d17179f5f3ba"],
  ] as const;

  test.each([
    [1, "6d74e1212fcafc8a81d090f0ffbde8b0"],
    [2, "96b26d110825d4b1805fc56988a3e65d"],
    [3, "c15ce60f185fd24ae341076caa93daa5"],
  ])("of %d items are the same as another implementation's", (count, hex) => {
    const set = setOf(items.map(([timestamp, id]) => ({ timestamp, id: fromHex(id) })));
    expect(toHex(new Fingerprints(set.snapshot(), nodeSha256).of(0, count))).toBe(hex);
  });
});

describe("versions", () => {
  // The procedure of test/protoversion.pl of hoytech/negentropy, with the bytes of version 1.
  test("a responder answers a version that it does not speak with the one that it does, and goes on in that", () => {
    const items = setOf([{ timestamp: 12345, id: new Uint8Array(32).fill(0xee) }]).snapshot();
    expect(responderTurn(items, fromHex("62aabbccddeeff"))).toEqual({ ok: true, value: fromHex("61") });
    expect(responderTurn(items, fromHex("6100000200"))).toEqual({
      ok: true,
      value: fromHex(`6100000201${"ee".repeat(32)}`),
    });
  });

  test("an initiator gives up on a responder that speaks another", () => {
    const items = setOf([]).snapshot();
    expect(initiatorTurn(items, Uint8Array.of(0x60))).toMatchObject({
      error: { code: "version-unsupported" },
    });
  });

  test.each([[""], ["5f"], ["70"], ["00"]])("neither side takes %s for a message", (hex) => {
    const items = setOf([itemOf(1)]).snapshot();
    for (const turn of [initiatorTurn, responderTurn]) {
      expect(turn(items, fromHex(hex))).toMatchObject({ ok: false });
    }
  });
});

test("a frame limit below 4096 is a mistake of the caller's", () => {
  expect(() => initiate(setOf([]).snapshot(), { frameLimit: 4095 })).toThrow(RangeError);
  expect(() => initiate(setOf([]).snapshot(), { frameLimit: Number.NaN })).toThrow(RangeError);
});
