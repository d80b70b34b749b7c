/** Cryptography by node:crypto, which a relay uses in place of the portable one: many times as fast. */
import { createPublicKey, hash, verify } from "node:crypto";
import { type Sha256, toBase64url, type VerifyEquation } from "@intentcast/protocol";

/**
 * Decides the cofactorless equation for signatures that passed the byte checks. OpenSSL computes it too, and after
 * those checks agrees with the portable verifier on all inputs. A key that is no point of the curve verifies nothing.
 */
export const nodeEquation: VerifyEquation = (signature, message, publicKey) => {
  // As JWK a key needs no DER around it, and is imported no slower.
  const jwk = { kty: "OKP", crv: "Ed25519", x: toBase64url(publicKey) };
  return verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
};

/** A copy, as the library's class and its memory are not for messages to hold on to. */
export const nodeSha256: Sha256 = (bytes) => new Uint8Array(hash("sha256", bytes, "buffer"));

/** SHA-256 as a text of 32 characters, each a byte: as short as a name by hash can be. */
export const nodeDigest = (bytes: Uint8Array): string => hash("sha256", bytes, "binary");
