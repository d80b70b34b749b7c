/** Signatures that lie at the edges of the one rule for Ed25519 (spec/04-envelopes §3), which libraries see differently. */
import { createHash, randomBytes } from "node:crypto";
import { concatBytes, fromHex, type Signer } from "@intentcast/protocol";
import { Point } from "@noble/ed25519";

const order = Point.CURVE().n;

/** A point of order 8, the generator of those of small order. */
const torsion = Point.fromBytes(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));

/** The neutral element: y = 1. */
export const identity: Uint8Array = Point.ZERO.toBytes();

/** y = p + 3: the same point as y = 3 to who reduces, and no key to who keeps the rule. */
export const notCanonical: Uint8Array = fromHex(
  "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
);

const littleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);

function encode(number: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse());
}

const modulo = (number: bigint): bigint => ((number % order) + order) % order;

const randomScalar = (): bigint => modulo(littleEndian(randomBytes(48)));

const challengeOf = (r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint =>
  modulo(
    littleEndian(
      createHash("sha512")
        .update(concatBytes(r, key, message))
        .digest(),
    ),
  );

/** Signs with a nonce drawn by chance, so that two signatures of one message differ. */
function signWith(scalar: bigint, publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const nonce = randomScalar();
  const r = Point.BASE.multiply(nonce).toBytes();
  return concatBytes(r, encode(modulo(nonce + challengeOf(r, publicKey, message) * scalar)));
}

/** A key that makes another valid signature each time. */
export function manySignatures(): Signer {
  const scalar = randomScalar();
  const publicKey = Point.BASE.multiply(scalar).toBytes();
  return { publicKey, sign: (message) => signWith(scalar, publicKey, message) };
}

/**
 * A key with a component of order 8. Its signatures hold when both sides are multiplied by the cofactor; without that,
 * they hold when 8 divides the hash, which `holds` decides.
 */
export function mixedOrder(holds: boolean): Signer {
  const scalar = randomScalar();
  const publicKey = Point.BASE.multiply(scalar).add(torsion).toBytes();
  const sign = (message: Uint8Array): Uint8Array => {
    for (;;) {
      const signature = signWith(scalar, publicKey, message);
      const hash = challengeOf(signature.subarray(0, 32), publicKey, message);
      if ((hash % 8n === 0n) === holds) return signature;
    }
  };
  return { publicKey, sign };
}

/** The neutral element as a key: under the bare equation it has signed every message. */
export function smallOrderKey(): Signer {
  const sign = (): Uint8Array => {
    const nonce = randomScalar();
    return concatBytes(Point.BASE.multiply(nonce).toBytes(), encode(nonce));
  };
  return { publicKey: identity, sign };
}

/** A good key that signs with the neutral element as R: the bare equation holds. */
export function smallOrderR(): Signer {
  const scalar = randomScalar();
  const publicKey = Point.BASE.multiply(scalar).toBytes();
  const sign = (message: Uint8Array): Uint8Array =>
    concatBytes(identity, encode(modulo(challengeOf(identity, publicKey, message) * scalar)));
  return { publicKey, sign };
}

/** The same signature with S + L for S: the equation holds as before. */
export const aboveOrder = (signature: Uint8Array): Uint8Array =>
  concatBytes(signature.subarray(0, 32), encode(littleEndian(signature.subarray(32)) + order));
