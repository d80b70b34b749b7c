/** A refusal fits its frame, whatever its detail says. */
import { decodeRelayFrame, encodeFrame, reject } from "@intentcast/protocol";
import { expect, test } from "vitest";
import { rejected } from "../src/core/refusal.ts";

test("a detail that is too long is cut, and never through the middle of a character", () => {
  const frame = rejected(1, reject("body-shape", `x${"\u{1F6D2}".repeat(400)}`).error);
  expect(frame[4]).toBe(`x${"\u{1F6D2}".repeat(124)}`);
  expect(decodeRelayFrame(encodeFrame(frame))).toEqual({ ok: true, value: frame });
});

test("what is wrong for ever is never to be tried again, what is wrong now may be", () => {
  expect(rejected(1, reject("signature-invalid").error)[5]).toBe(0);
  expect(rejected(1, reject("not-yet-valid").error)[5]).toBeGreaterThan(0);
});
