/**
 * HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305, on node:crypto:
 * made apart from the library that the protocol uses, so that what one seals the other proves.
 */
import { createCipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { toBase64url } from "@intentcast/protocol";

const ascii = (text: string): Buffer => Buffer.from(text, "ascii");
const empty = new Uint8Array(0);

const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer =>
  createHmac("sha256", key).update(Buffer.concat(parts)).digest();

/** LabeledExtract and LabeledExpand (RFC 9180 §4) of one suite; no output is longer than a hash. */
const labeled = (suite: Uint8Array) => ({
  extract: (salt: Uint8Array, label: string, input: Uint8Array): Buffer =>
    hmac(salt, ascii("HPKE-v1"), suite, ascii(label), input),
  expand: (secret: Uint8Array, label: string, info: Uint8Array, length: number): Buffer =>
    hmac(
      secret,
      Uint8Array.of(0, length),
      ascii("HPKE-v1"),
      suite,
      ascii(label),
      info,
      Uint8Array.of(1),
    ).subarray(0, length),
});

const kem = labeled(Buffer.concat([ascii("KEM"), Uint8Array.of(0, 0x20)]));
const hpke = labeled(Buffer.concat([ascii("HPKE"), Uint8Array.of(0, 0x20, 0, 1, 0, 3)]));

const pkcs8Prefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const privateKeyOf = (raw: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, raw]), format: "der", type: "pkcs8" });
const publicKeyOf = (raw: Uint8Array) =>
  createPublicKey({ key: { kty: "OKP", crv: "X25519", x: toBase64url(raw) }, format: "jwk" });

/** DeriveKeyPair (RFC 9180 §7.1.3): 32 raw bytes each. */
export function hpkeKeyPair(secret: Uint8Array): { key: Uint8Array; privateKey: Uint8Array } {
  const privateKey = kem.expand(kem.extract(empty, "dkp_prk", secret), "sk", empty, 32);
  const { x } = createPublicKey(privateKeyOf(privateKey)).export({ format: "jwk" });
  return {
    key: new Uint8Array(Buffer.from(x as string, "base64url")),
    privateKey: new Uint8Array(privateKey),
  };
}

/** What is sealed: to whom, with what beside it, and the secret that the ephemeral key pair is derived from. */
export type SealInput = {
  readonly key: Uint8Array;
  readonly info?: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ephemeralSecret: Uint8Array;
};

/** SealBase (RFC 9180 §6.1). */
export function hpkeSeal({ key, info = empty, aad, plaintext, ephemeralSecret }: SealInput): {
  encapsulatedKey: Uint8Array;
  ciphertext: Uint8Array;
} {
  const ephemeral = hpkeKeyPair(ephemeralSecret);
  const dh = diffieHellman({
    privateKey: privateKeyOf(ephemeral.privateKey),
    publicKey: publicKeyOf(key),
  });
  const kemContext = Buffer.concat([ephemeral.key, key]);
  const shared = kem.expand(kem.extract(empty, "eae_prk", dh), "shared_secret", kemContext, 32);
  const context = Buffer.concat([
    Uint8Array.of(0),
    hpke.extract(empty, "psk_id_hash", empty),
    hpke.extract(empty, "info_hash", info),
  ]);
  const secret = hpke.extract(shared, "secret", empty);
  const nonce = hpke.expand(secret, "base_nonce", context, 12);
  const cipher = createCipheriv("chacha20-poly1305", hpke.expand(secret, "key", context, 32), nonce, {
    authTagLength: 16,
  });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { encapsulatedKey: ephemeral.key, ciphertext: new Uint8Array(ciphertext) };
}
