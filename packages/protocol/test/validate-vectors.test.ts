import { readVectors, told } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import { readSigned } from "../src/message/read.ts";

describe("spec/vectors/validate", () => {
  test.each(readVectors("validate"))("$case: $comment", ({ expect: expected, headers, bytes }) => {
    const message = readSigned(bytes);
    const verdict = message.ok ? "accepted" : `${message.error.stage}/${message.error.code}`;
    expect(verdict).toBe(expected);
    if (!message.ok) return;
    expect(told(message.value)).toEqual(headers);
  });
});
