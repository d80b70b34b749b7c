/** The fingerprint of a range: what its ids add up to and how many they are, hashed and cut to 16 bytes. */
import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";
import type { Snapshot } from "./item-set.ts";
import { idBytes } from "./key.ts";
import { fingerprintBytes } from "./wire/form.ts";
import { writeVarint } from "./wire/varint.ts";

/** SHA-256 of some bytes. Node's own is faster than the portable one, which is the default everywhere. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export { portableSha256 };

/** Of the items from one number up to, not including, another. */
export function fingerprint(items: Snapshot, from: number, to: number, sha256: Sha256): Uint8Array {
  const sum = items.sum(from, to);
  const input = new Uint8Array(idBytes + 10);
  const view = new DataView(input.buffer);
  for (const [word, value] of sum.entries()) view.setUint32(4 * word, value, true);
  const end = writeVarint(input, idBytes, { high: 0, low: to - from });
  return sha256(input.subarray(0, end)).subarray(0, fingerprintBytes);
}

export function equalFingerprints(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < fingerprintBytes; at++) if (a[at] !== b[at]) return false;
  return true;
}
