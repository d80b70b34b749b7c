/** The one Ed25519 rule: which signatures are valid, decided alike everywhere (spec/04-envelopes §3). */
import { getPublicKey, hashes, Point, sign } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes, fromHex, toHex } from "../bytes.ts";
import type { Signer, VerifyEquation } from "../ports.ts";
import { type Reject, type RejectCode, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import { compareCoordinate, compareNumber } from "./curve25519.ts";

hashes.sha512 = sha512;

/** p = 2^255 − 19, the prime of the field, in little-endian bytes as are all numbers here (RFC 8032 §5.1). */
const fieldPrime = fromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

/** L = 2^252 + 27742317777372353535851937790883648493, the order of the base point. */
const groupOrder = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

/**
 * The y coordinates of the points whose order divides 8. With either sign bit they make ten encodings; the
 * other four of the fourteen known ones have y ≥ p and are refused for that.
 */
const smallOrderYs = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].map(fromHex);

const isCanonical = (bytes: Uint8Array): boolean => compareCoordinate(bytes, fieldPrime) < 0;

const isOfSmallOrder = (bytes: Uint8Array): boolean =>
  smallOrderYs.some((y) => compareCoordinate(bytes, y) === 0);

/** That a key has signed something. */
export type Claim = {
  readonly signature: Uint8Array;
  readonly signed: Uint8Array;
  readonly publicKey: Uint8Array;
};

/** The byte checks: the code that refuses a claim whatever its equation, the first that applies in this order. */
export function claimBreach({ signature, publicKey }: Claim): RejectCode | undefined {
  if (publicKey.length !== 32 || signature.length !== 64) return "signature-invalid";
  if (!isCanonical(publicKey)) return "key-not-canonical";
  if (isOfSmallOrder(publicKey)) return "key-small-order";
  // R is the signature's first half, and S the second.
  if (!isCanonical(signature)) return "signature-r-not-canonical";
  if (isOfSmallOrder(signature)) return "signature-r-small-order";
  return compareNumber(signature, 32, groupOrder) < 0 ? undefined : "signature-s-range";
}

/** Whether a claim is true; refusals as for {@link verifySignature}. */
export function verifyClaim(claim: Claim, equation: VerifyEquation): Result<void, Reject> {
  const breach = claimBreach(claim);
  if (breach !== undefined) return reject(breach);
  return equation(claim.signature, claim.signed, claim.publicKey)
    ? ok(undefined)
    : reject("signature-invalid");
}

/**
 * Whether a signature is valid by the protocol's rule: the byte checks, then the equation by the given
 * verifier. Refusals: `key-not-canonical`, `key-small-order`, `signature-r-not-canonical`,
 * `signature-r-small-order`, `signature-s-range`, `signature-invalid`, the first that applies in this order.
 */
export const verifySignature = (
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
  equation: VerifyEquation,
): Result<void, Reject> => verifyClaim({ signature, signed: message, publicKey }, equation);

function decompress(encoded: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(encoded);
  } catch {
    return undefined;
  }
}

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.toReversed())}`);

/**
 * The cofactorless equation in portable arithmetic: encode([S]B − [h]A) is R, to the byte. The verify function
 * of the library beneath multiplies by the cofactor and would accept more; it has no say here.
 */
export const portableEquation: VerifyEquation = (signature, message, publicKey) => {
  const key = decompress(publicKey);
  if (key === undefined) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const h = littleEndian(sha512(concatBytes(r, publicKey, message))) % Point.CURVE().n;
  const expected = Point.BASE.multiply(s, false).subtract(key.multiply(h, false));
  return equalBytes(expected.toBytes(), r);
};

/** A signer (RFC 8032 §5.1.6) whose 32-byte private key stays inside. */
export function signerFromSeed(seed: Uint8Array): Signer {
  const secret = Uint8Array.from(seed);
  return { publicKey: getPublicKey(secret), sign: (message) => sign(message, secret) };
}
