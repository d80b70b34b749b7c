/**
 * HPKE key pairs for DHKEM(X25519, HKDF-SHA256), derived as RFC 9180 §7.1.3 says. The HPKE library does the same, but
 * asynchronously, and a buyer that recovers its intents derives many keys in a row.
 */
import { etc, Point } from "@noble/ed25519";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { concatBytes, fromHex, toHex } from "../bytes.ts";

/** An X25519 key pair: `key` is public. 32 bytes each. */
export type KeyPair = { readonly key: Uint8Array; readonly privateKey: Uint8Array };

/** "HPKE-v1", then "KEM" and the number of DHKEM(X25519, HKDF-SHA256) (RFC 9180 §4 and §7.1). */
const suite = concatBytes(utf8ToBytes("HPKE-v1KEM"), Uint8Array.of(0x00, 0x20));

/** DeriveKeyPair of RFC 9180 §7.1.3: the key pair that 32 or more secret bytes stand for. */
export function deriveKeyPair(secret: Uint8Array): KeyPair {
  const root = extract(sha256, concatBytes(suite, utf8ToBytes("dkp_prk"), secret));
  const info = concatBytes(Uint8Array.of(0, 32), suite, utf8ToBytes("sk"));
  const privateKey = expand(sha256, root, info, 32);
  return { key: x25519PublicKey(privateKey), privateKey };
}

/**
 * X25519(privateKey, 9) (RFC 7748 §5). The Ed25519 base point is the same point in Edwards form (§4.1), so the library
 * that multiplies it for signatures serves here too, and u = (1 + y) / (1 − y) leads back to the Montgomery form.
 */
export function x25519PublicKey(privateKey: Uint8Array): Uint8Array {
  const clamped = privateKey.slice();
  clamped[0] = (clamped[0] as number) & 0xf8;
  clamped[31] = ((clamped[31] as number) & 0x7f) | 0x40;
  const { p, n } = Point.CURVE();
  // The base point has order n, so only the scalar modulo n counts. It is not 0: no multiple of n is a clamped scalar.
  const { y } = Point.BASE.multiply(littleEndianInteger(clamped) % n).toAffine();
  return littleEndianBytes(etc.mod((1n + y) * etc.invert(etc.mod(1n - y, p), p), p));
}

const littleEndianInteger = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.toReversed())}`);

const littleEndianBytes = (integer: bigint): Uint8Array =>
  fromHex(integer.toString(16).padStart(64, "0")).toReversed();
