import { readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { nameAgrees, parseAddress } from "../src/address.ts";

test.each(readVectors("address").map((vector) => [vector.case, vector] as const))(
  "address vector %s",
  (_, { bytes, expect: expected, headers }) => {
    expect(verdict(new TextDecoder().decode(bytes), headers["name"] ?? "")).toBe(expected);
  },
);

function verdict(text: string, name: string): string {
  const address = parseAddress(text);
  if (!address.ok) return `${address.error.stage}/${address.error.code}`;
  return nameAgrees(address.value, name) ? "accepted" : "session/relay-mistrusted";
}
