import { fromHex, portableEquation, signerFromSeed, verifySignature } from "@intentcast/protocol";
import { readVectors, seededRandom } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeEquation } from "../src/adapters/node-crypto.ts";
import { sodiumEquation } from "../src/adapters/sodium.ts";

const sodium = await sodiumEquation();

test("libsodium's binary for this machine comes with its package", () => {
  expect(sodium).toBeTypeOf("function");
});

describe.each([
  ["node:crypto", nodeEquation],
  ["libsodium", sodium ?? (() => false)],
])("the equation by %s", (_, equation) => {
  test.each(readVectors("signature").map((vector) => [vector.case, vector] as const))(
    "decides vector %s as the rule says",
    (_, { bytes, expect: expected, headers }) => {
      const { key = "", message = "" } = headers;
      const verified = verifySignature(bytes, fromHex(message), fromHex(key), equation);
      expect(verified.ok ? "accepted" : `${verified.error.stage}/${verified.error.code}`).toBe(expected);
    },
  );

  test("agrees with the portable one on every bit flipped in a signature or a key", () => {
    const signer = signerFromSeed(seededRandom("native")(32));
    const message = fromHex("c0ffee");
    const whole = Uint8Array.from([...signer.sign(message), ...signer.publicKey]);
    const accepted: number[] = [];
    for (let bit = -1; bit < whole.length * 8; bit++) {
      const flipped = Uint8Array.from(whole);
      if (bit >= 0) flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      const [signature, key] = [flipped.subarray(0, 64), flipped.subarray(64)];
      const native = verifySignature(signature, message, key, equation);
      expect(native).toEqual(verifySignature(signature, message, key, portableEquation));
      if (native.ok) accepted.push(bit);
    }
    expect(accepted).toEqual([-1]);
  });

  test("agrees with the portable one on any bytes, and never throws", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(64), fc.uint8Array({ maxLength: 100 }), bytes(32), (signature, message, key) => {
        signature[63] = (signature[63] as number) & 0x0f;
        const native = verifySignature(signature, message, key, equation);
        expect(native).toEqual(verifySignature(signature, message, key, portableEquation));
      }),
      { numRuns: 200 },
    );
  });
});
