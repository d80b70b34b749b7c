/** HPKE-4 as draft-ietf-cose-hpke uses it: base mode, no info, one message to a context (RFC 9180 §6.1). */
import { DhkemX25519HkdfSha256 } from "@hpke/core";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { concatBytes, fromHex } from "../bytes.ts";
import type { Random } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";

/** An X25519 key pair, 32 raw bytes each. */
export type SealingKeys = { readonly key: Uint8Array; readonly privateKey: Uint8Array };

/** What HPKE makes of a plaintext. */
export type Encrypted = { readonly encapsulatedKey: Uint8Array; readonly ciphertext: Uint8Array };

/** Bytes that the ciphertext has more than the plaintext. */
export const tagBytes = 16;

const kem = new DhkemX25519HkdfSha256();

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
  const recipientPublicKey = await kem.deserializePublicKey(key);
  const { enc, sharedSecret } = await kem.encap({ recipientPublicKey, ekm: random(32) });
  const ciphertext = aeadOf(new Uint8Array(sharedSecret), aad).encrypt(plaintext);
  return { encapsulatedKey: new Uint8Array(enc), ciphertext };
}

/** The plaintext, or `undecryptable` where keys, additional data or ciphertext are not those it was made with. */
export async function decryptWith(
  { key, privateKey }: SealingKeys,
  aad: Uint8Array,
  { encapsulatedKey, ciphertext }: Encrypted,
): Promise<Result<Uint8Array, Reject>> {
  const recipientKey = {
    publicKey: await kem.deserializePublicKey(key),
    privateKey: await kem.deserializePrivateKey(privateKey),
  };
  try {
    const sharedSecret = await kem.decap({ recipientKey, enc: encapsulatedKey });
    return ok(aeadOf(new Uint8Array(sharedSecret), aad).decrypt(ciphertext));
  } catch {
    return reject("undecryptable");
  }
}

const versionLabel = utf8ToBytes("HPKE-v1");

/** "HPKE", then the numbers of DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20Poly1305 (RFC 9180 §5.1 and §7). */
const suite = concatBytes(utf8ToBytes("HPKE"), fromHex("002000010003"));

const empty = new Uint8Array(0);
const baseMode = Uint8Array.of(0);
const keyBytes = 32;
const nonceBytes = 12;

/**
 * The key schedule of RFC 9180 §5.1 for an empty `info` and a context's one message. It stands here because a browser
 * would load the library's, which serves every suite and mode, for nothing else.
 */
function aeadOf(sharedSecret: Uint8Array, aad: Uint8Array): ReturnType<typeof chacha20poly1305> {
  const context = concatBytes(
    baseMode,
    labeledExtract(empty, "psk_id_hash", empty),
    labeledExtract(empty, "info_hash", empty),
  );
  const secret = labeledExtract(sharedSecret, "secret", empty);
  const key = labeledExpand(secret, "key", context, keyBytes);
  const nonce = labeledExpand(secret, "base_nonce", context, nonceBytes);
  return chacha20poly1305(key, nonce, aad);
}

/** LabeledExtract of RFC 9180 §4. */
const labeledExtract = (salt: Uint8Array, label: string, secret: Uint8Array): Uint8Array =>
  extract(sha256, concatBytes(versionLabel, suite, utf8ToBytes(label), secret), salt);

/** LabeledExpand of RFC 9180 §4, for lengths of one byte. */
const labeledExpand = (key: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array =>
  expand(
    sha256,
    key,
    concatBytes(Uint8Array.of(0, length), versionLabel, suite, utf8ToBytes(label), info),
    length,
  );
