import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { hpkeSeal, readVectors, seededRandom } from "@intentcast/testkit";
import { sharedKey } from "@stablelib/x25519";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, fromHex } from "../src/bytes.ts";
import { decryptWith, encryptTo, tagBytes } from "../src/cose/hpke.ts";
import { unwrap } from "../src/error.ts";
import { deriveKeyPair } from "../src/keys/hpke-key.ts";

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** The agreed secret, or undefined where it would be zero. */
const agree = (privateKey: Uint8Array, peer: Uint8Array): Uint8Array | undefined => {
  try {
    return sharedKey(privateKey, peer, true);
  } catch {
    return undefined;
  }
};

async function agreeNatively(privateKey: Uint8Array, peer: Uint8Array): Promise<Uint8Array | undefined> {
  // RFC 8410 §7: what PKCS #8 puts before the 32 bytes of an X25519 key.
  const pkcs8 = concatBytes(fromHex("302e020100300506032b656e04220420"), privateKey);
  const own = await crypto.subtle.importKey("pkcs8", Buffer.from(pkcs8), "X25519", false, ["deriveBits"]);
  const others = await crypto.subtle.importKey("raw", Buffer.from(peer), "X25519", false, []);
  try {
    return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: others }, own, 256));
  } catch {
    return undefined;
  }
}

/** The library's whole HPKE, which can do more than the protocol asks for. */
const library = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Chacha20Poly1305(),
});

describe("HPKE-4", () => {
  test.each(readVectors("hpke").map((vector) => [vector.case, vector] as const))(
    "vector %s",
    async (_, { bytes: ciphertext, expect: expected, headers }) => {
      expect(expected).toBe("accepted");
      const read = (name: string): Uint8Array => fromHex(headers[name] ?? "");
      const [privateKey, key, info, aad] = [read("privateKey"), read("key"), read("info"), read("aad")];
      const encrypted = { encapsulatedKey: read("encapsulatedKey"), ciphertext };
      if (headers["ikm"] !== undefined) expect(deriveKeyPair(read("ikm"))).toEqual({ key, privateKey });
      const whole = await library.createRecipientContext({
        recipientKey: await library.kem.deserializePrivateKey(privateKey),
        enc: read("encapsulatedKey"),
        info,
      });
      expect(new Uint8Array(await whole.open(ciphertext, aad))).toEqual(read("plaintext"));
      const ephemeralSecret = read("ephemeralIkm");
      if (ephemeralSecret.length > 0)
        expect(hpkeSeal({ key, info, aad, plaintext: read("plaintext"), ephemeralSecret })).toEqual(
          encrypted,
        );
      // Ours has no info but the empty one.
      const ours = await decryptWith({ key, privateKey }, aad, encrypted);
      expect(ours.ok).toBe(info.length === 0);
      if (ours.ok) expect(ours.value).toEqual(read("plaintext"));
    },
  );

  test("gives back what was encrypted, to the holder of the key alone", async () => {
    const keys = deriveKeyPair(seededRandom("ours")(32));
    const others = deriveKeyPair(seededRandom("others")(32));
    const anyBytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(anyBytes, anyBytes, fc.string(), async (plaintext, aad, seed) => {
        const encrypted = await encryptTo(keys.key, aad, plaintext, seededRandom(seed));
        expect(encrypted.ciphertext.length).toBe(plaintext.length + tagBytes);
        expect(unwrap(await decryptWith(keys, aad, encrypted))).toEqual(plaintext);
        expect(await decryptWith(others, aad, encrypted)).toMatchObject({ error: { code: "undecryptable" } });
      }),
      { numRuns: 20 },
    );
  });

  test("opens what the library's whole HPKE seals, and the library opens what it seals", async () => {
    const keys = deriveKeyPair(seededRandom("ours")(32));
    const recipientPublicKey = await library.kem.deserializePublicKey(keys.key);
    const recipientKey = await library.kem.deserializePrivateKey(keys.privateKey);
    const anyBytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(anyBytes, anyBytes, fc.string(), async (plaintext, aad, seed) => {
        const { enc, ct } = await library.seal({ recipientPublicKey }, plaintext, aad);
        const theirs = { encapsulatedKey: new Uint8Array(enc), ciphertext: new Uint8Array(ct) };
        expect(unwrap(await decryptWith(keys, aad, theirs))).toEqual(plaintext);
        const ours = await encryptTo(keys.key, aad, plaintext, seededRandom(seed));
        const opened = await library.open({ recipientKey, enc: ours.encapsulatedKey }, ours.ciphertext, aad);
        expect(new Uint8Array(opened)).toEqual(plaintext);
      }),
      { numRuns: 20 },
    );
  });

  test("agrees on a secret as the platform's X25519 does, for any key: on the curve, on its twist, unreduced", async () => {
    const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const nearPrime = fc.integer({ min: 0, max: 255 }).map((low) => {
      const key = new Uint8Array(32).fill(0xff);
      key[0] = low;
      return key;
    });
    await fc.assert(
      fc.asyncProperty(anyKey, fc.oneof(anyKey, nearPrime), async (seed, peer) => {
        const { privateKey } = deriveKeyPair(seed);
        expect(agree(privateKey, peer)).toEqual(await agreeNatively(privateKey, peer));
      }),
      { numRuns: 200 },
    );
  });

  test("refuses any encapsulated key and ciphertext that it did not make, without throwing", async () => {
    const keys = deriveKeyPair(seededRandom("ours")(32));
    const encrypted = fc.record({
      encapsulatedKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      ciphertext: fc.uint8Array({ maxLength: 64 }),
    });
    await fc.assert(
      fc.asyncProperty(encrypted, async (made) => {
        expect(await decryptWith(keys, utf8(""), made)).toMatchObject({ error: { code: "undecryptable" } });
      }),
      { numRuns: 20 },
    );
  });
});
