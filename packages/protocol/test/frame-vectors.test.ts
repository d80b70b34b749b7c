import { diagnostic, readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { decodeClientFrame, decodeRelayFrame, encodeFrame } from "../src/wire/frame.ts";

test.each(readVectors("frame").map((vector) => [vector.case, vector] as const))(
  "frame vector %s",
  (_, { bytes, expect: expected, headers }) => {
    const { from, ...accepted } = headers;
    const frame = from === "client" ? decodeClientFrame(bytes) : decodeRelayFrame(bytes);
    if (!frame.ok) {
      expect(`${frame.error.stage}/${frame.error.code}`).toBe(expected);
      return;
    }
    expect(expected).toBe("accepted");
    expect({ name: frame.value[0], value: diagnostic(frame.value) }).toEqual(accepted);
    expect(encodeFrame(frame.value)).toEqual(bytes);
  },
);
