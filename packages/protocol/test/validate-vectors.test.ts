import { readVectors } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import { toHex } from "../src/bytes.ts";
import { readSigned } from "../src/message/read.ts";

describe("spec/vectors/validate", () => {
  test.each(readVectors("validate"))("$case: $comment", ({ expect: expected, headers, bytes }) => {
    const message = readSigned(bytes);
    const verdict = message.ok ? "accepted" : `${message.error.stage}/${message.error.code}`;
    expect(verdict).toBe(expected);
    if (!message.ok) return;
    expect(message.value.kind).toBe(headers["kind"]);
    expect(toHex(message.value.id)).toBe(headers["id"]);
    expect(toHex(message.value.author)).toBe(headers["author"]);
  });
});
