/** HPKE key pairs for DHKEM(X25519, HKDF-SHA256), derived as RFC 9180 §7.1.3 says. */
import { etc, Point } from "@noble/ed25519";
import { fromHex, toHex } from "../bytes.ts";
import { kemSuite, labeledExpand, labeledExtract } from "../cose/labeled-hkdf.ts";

/** An X25519 key pair: `key` is public. 32 bytes each. */
export type KeyPair = { readonly key: Uint8Array; readonly privateKey: Uint8Array };

/** DeriveKeyPair of RFC 9180 §7.1.3: the key pair that 32 or more secret bytes stand for. */
export function deriveKeyPair(secret: Uint8Array): KeyPair {
  const root = labeledExtract(kemSuite, "dkp_prk", secret);
  const privateKey = labeledExpand(kemSuite, "sk", root, new Uint8Array(0), 32);
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
