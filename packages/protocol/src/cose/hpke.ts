/**
 * HPKE-4 as draft-ietf-cose-hpke uses it: base mode, no info, one message to a context (RFC 9180 §6.1).
 *
 * The primitives are libraries'; what stands here is how RFC 9180 joins them for this one suite. The libraries for the
 * whole of HPKE that let randomness be given name a module of Node's, which has no place in a page (docs/decisions/0004).
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sharedKey } from "@stablelib/x25519";
import { concatBytes } from "../bytes.ts";
import { deriveKeyPair, type KeyPair } from "../keys/hpke-key.ts";
import type { Random } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import { hpkeSuite, kemSuite, labeledExpand, labeledExtract } from "./labeled-hkdf.ts";

/** An X25519 key pair, 32 raw bytes each. */
export type SealingKeys = KeyPair;

/** What HPKE makes of a plaintext. */
export type Encrypted = { readonly encapsulatedKey: Uint8Array; readonly ciphertext: Uint8Array };

/** Bytes that the ciphertext has more than the plaintext. */
export const tagBytes = 16;

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
  const ephemeral = deriveKeyPair(random(32));
  const secret = sharedSecret(ephemeral.privateKey, key, { encapsulatedKey: ephemeral.key, key });
  return { encapsulatedKey: ephemeral.key, ciphertext: cipher(secret, aad).encrypt(plaintext) };
}

/** The plaintext, or `undecryptable` where keys, additional data or ciphertext are not those it was made with. */
export async function decryptWith(
  { key, privateKey }: SealingKeys,
  aad: Uint8Array,
  { encapsulatedKey, ciphertext }: Encrypted,
): Promise<Result<Uint8Array, Reject>> {
  try {
    const secret = sharedSecret(privateKey, encapsulatedKey, { encapsulatedKey, key });
    return ok(cipher(secret, aad).decrypt(ciphertext));
  } catch {
    return reject("undecryptable");
  }
}

/** Encap and Decap of RFC 9180 §4.1. Throws where X25519 gives zero, as §7.1.4 demands. */
function sharedSecret(
  privateKey: Uint8Array,
  publicKey: Uint8Array,
  { encapsulatedKey, key }: { readonly encapsulatedKey: Uint8Array; readonly key: Uint8Array },
): Uint8Array {
  const agreed = sharedKey(privateKey, publicKey, true);
  const extracted = labeledExtract(kemSuite, "eae_prk", agreed);
  return labeledExpand(kemSuite, "shared_secret", extracted, concatBytes(encapsulatedKey, key), 32);
}

const empty = new Uint8Array(0);
const baseMode = Uint8Array.of(0);

/** The key schedule of RFC 9180 §5.1 with empty `info`, and its first message's nonce (§5.2: sequence number 0). */
function cipher(secret: Uint8Array, aad: Uint8Array): ReturnType<typeof chacha20poly1305> {
  const context = concatBytes(
    baseMode,
    labeledExtract(hpkeSuite, "psk_id_hash", empty),
    labeledExtract(hpkeSuite, "info_hash", empty),
  );
  const root = labeledExtract(hpkeSuite, "secret", empty, secret);
  const key = labeledExpand(hpkeSuite, "key", root, context, 32);
  const nonce = labeledExpand(hpkeSuite, "base_nonce", root, context, 12);
  return chacha20poly1305(key, nonce, aad);
}
