/** HKDF-SHA256 with HPKE's labels, which keep its uses apart (RFC 9180 §4: LabeledExtract and LabeledExpand). */
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { concatBytes } from "../bytes.ts";

const empty = new Uint8Array(0);
const version = utf8ToBytes("HPKE-v1");

/** DHKEM(X25519, HKDF-SHA256): "KEM" and its number (RFC 9180 §4.1 and §7.1). */
export const kemSuite = concatBytes(utf8ToBytes("KEM"), Uint8Array.of(0x00, 0x20));

/** HPKE with that KEM, HKDF-SHA256 and ChaCha20Poly1305: "HPKE" and their numbers (RFC 9180 §5.1 and §7). */
export const hpkeSuite = concatBytes(utf8ToBytes("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x03));

/** A key from a secret; `salt` may be absent. */
export const labeledExtract = (
  suite: Uint8Array,
  label: string,
  secret: Uint8Array,
  salt: Uint8Array = empty,
): Uint8Array => extract(sha256, concatBytes(version, suite, utf8ToBytes(label), secret), salt);

/** `length` bytes, at most 255, of an extracted key. */
export function labeledExpand(
  suite: Uint8Array,
  label: string,
  key: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeled = concatBytes(Uint8Array.of(0, length), version, suite, utf8ToBytes(label), info);
  return expand(sha256, key, labeled, length);
}
