import { diagnostic, readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { concatBytes } from "../src/bytes.ts";
import { decodeClientFrame, decodeRelayFrame, encodeFrame, messageFrames } from "../src/wire/frame.ts";

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

test("the message frames of one message are those that are encoded one by one", () => {
  for (const position of [0, 23, 65_536, Number.MAX_SAFE_INTEGER]) {
    for (const bytes of [new Uint8Array(0), new Uint8Array(700).fill(7)]) {
      const { first, rest } = messageFrames(position, bytes);
      for (const number of [0, 1, 24, 256, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
        expect(concatBytes(first(number), rest)).toEqual(encodeFrame(["message", number, position, bytes]));
      }
    }
  }
});
