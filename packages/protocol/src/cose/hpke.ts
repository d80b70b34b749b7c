/** HPKE-4 as draft-ietf-cose-hpke uses it: base mode, no info, one message to a context (RFC 9180 §6.1). */
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { Random } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";

/** An X25519 key pair, 32 raw bytes each. */
export type SealingKeys = { readonly key: Uint8Array; readonly privateKey: Uint8Array };

/** What HPKE makes of a plaintext. */
export type Encrypted = { readonly encapsulatedKey: Uint8Array; readonly ciphertext: Uint8Array };

/** Bytes that the ciphertext has more than the plaintext. */
export const tagBytes = 16;

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Chacha20Poly1305(),
});

/**
 * Encrypts to an X25519 key. `random` is asked for 32 bytes, of which the one ephemeral key pair is derived. Rejects
 * for a key of small order, which no validated message carries.
 */
export async function encryptTo(
  key: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Promise<Encrypted> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(key);
  const { enc, ct } = await suite.seal({ recipientPublicKey, ekm: random(32) }, plaintext, aad);
  return { encapsulatedKey: new Uint8Array(enc), ciphertext: new Uint8Array(ct) };
}

/** The plaintext, or `undecryptable` where keys, additional data or ciphertext are not those it was made with. */
export async function decryptWith(
  { key, privateKey }: SealingKeys,
  aad: Uint8Array,
  { encapsulatedKey, ciphertext }: Encrypted,
): Promise<Result<Uint8Array, Reject>> {
  const recipientKey = {
    publicKey: await suite.kem.deserializePublicKey(key),
    privateKey: await suite.kem.deserializePrivateKey(privateKey),
  };
  try {
    return ok(new Uint8Array(await suite.open({ recipientKey, enc: encapsulatedKey }, ciphertext, aad)));
  } catch {
    return reject("undecryptable");
  }
}
