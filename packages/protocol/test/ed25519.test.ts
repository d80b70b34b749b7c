import { readVectors, seededRandom } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../src/bytes.ts";
import { portableEquation, signerFromSeed, verifySignature } from "../src/cose/ed25519.ts";

const verdict = (signature: Uint8Array, message: Uint8Array, key: Uint8Array): string => {
  const verified = verifySignature(signature, message, key, portableEquation);
  return verified.ok ? "accepted" : `${verified.error.stage}/${verified.error.code}`;
};

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe("the Ed25519 rule", () => {
  test.each(readVectors("signature").map((vector) => [vector.case, vector] as const))(
    "decides vector %s",
    (_, { bytes, expect: expected, headers }) => {
      const { key = "", message = "" } = headers;
      expect(verdict(bytes, fromHex(message), fromHex(key))).toBe(expected);
    },
  );

  test("accepts what signerFromSeed signs", () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 200 }), (seed, message) => {
        const signer = signerFromSeed(seed);
        expect(verdict(signer.sign(message), message, signer.publicKey)).toBe("accepted");
      }),
      { numRuns: 30 },
    );
  });

  test("refuses a signature in which any one bit is flipped", () => {
    const signer = signerFromSeed(seededRandom("ed25519")(32));
    const message = fromHex("00");
    const signature = signer.sign(message);
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const flipped = Uint8Array.from(signature);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(verdict(flipped, message, signer.publicKey)).toMatch(/^verify\//);
      }),
    );
  });

  test("answers, and never throws, on any bytes of any length", () => {
    const short = fc.uint8Array({ maxLength: 70 });
    fc.assert(
      fc.property(
        fc.oneof(bytes(64), short),
        short,
        fc.oneof(bytes(32), short),
        (signature, message, key) => {
          expect(verdict(signature, message, key)).toMatch(/^verify\//);
        },
      ),
    );
  });

  test("asks the verifier only about what passed the checks of the bytes", () => {
    const asked: string[] = [];
    for (const { case: name, bytes, headers } of readVectors("signature")) {
      const { key = "", message = "" } = headers;
      verifySignature(bytes, fromHex(message), fromHex(key), () => asked.push(name) > 0);
    }
    const equation = readVectors("signature").filter(({ expect }) =>
      /accepted|signature-invalid/.test(expect),
    );
    expect(asked).toEqual(equation.map((vector) => vector.case));
  });
});

test("a signer keeps its key when the seed it was made from is overwritten", () => {
  const seed = seededRandom("signer")(32);
  const signer = signerFromSeed(seed);
  const before = signer.sign(fromHex("01"));
  seed.fill(0);
  expect(signer.sign(fromHex("01"))).toEqual(before);
});
