import { fromHex } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import { fingerprint } from "../src/fingerprint.ts";
import { initiate, initiatorTurn, responderTurn } from "../src/index.ts";
import { nodeSha256, setOf } from "./items.ts";

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
    expect(Buffer.from(fingerprint(set.snapshot(), 0, count, nodeSha256)).toString("hex")).toBe(hex);
  });
});

describe("a responder", () => {
  test("answers a version that it does not speak with the one that it does", () => {
    expect(responderTurn(setOf([]).snapshot(), fromHex("62aabbccddeeff"))).toEqual({
      ok: true,
      value: Uint8Array.of(0x61),
    });
  });

  test("and an initiator that is told so gives up", () => {
    const items = setOf([]).snapshot();
    expect(initiate(items)).toEqual(fromHex("6100000200"));
    expect(initiatorTurn(items, Uint8Array.of(0x60))).toMatchObject({
      error: { code: "version-unsupported" },
    });
  });
});
