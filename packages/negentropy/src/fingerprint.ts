/** The fingerprint of a range: what its ids add up to and how many they are, hashed and cut to 16 bytes. */
import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";
import type { Snapshot } from "./item-set.ts";
import { idBytes, writeWords } from "./key.ts";
import { emptySum } from "./sum.ts";
import { fingerprintBytes } from "./wire/form.ts";
import { writeVarint } from "./wire/varint.ts";

/** SHA-256 of some bytes. Node's own is faster than the portable one, which is the default everywhere. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export { portableSha256 };

/** Takes fingerprints of ranges, thousands in a turn, in buffers of its own. */
export class Fingerprints {
  readonly #items: Snapshot;
  readonly #sha256: Sha256;
  /** How many have been taken. */
  taken = 0;
  readonly #sum = emptySum();
  /** The sum, then the count as a varint. */
  readonly #input = new Uint8Array(idBytes + 10);

  constructor(items: Snapshot, sha256: Sha256) {
    this.#items = items;
    this.#sha256 = sha256;
  }

  /** Of the items from one number up to, not including, another. */
  of(from: number, to: number): Uint8Array {
    this.taken++;
    this.#sum.fill(0);
    this.#items.addTo(this.#sum, from, to);
    writeWords(this.#sum, 0, this.#input, 0);
    const end = writeVarint(this.#input, idBytes, { high: 0, low: to - from });
    return this.#sha256(this.#input.subarray(0, end)).subarray(0, fingerprintBytes);
  }
}

export function equalFingerprints(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < fingerprintBytes; at++) if (a[at] !== b[at]) return false;
  return true;
}
