/** Writing a message: ranges in order, each said by where it ends. */
import { idBytes, type Uint64, writeWords } from "../key.ts";
import { type Bound, idByte, infinity } from "./bound.ts";
import { fingerprintBytes, mode, version } from "./form.ts";
import { writeVarint } from "./varint.ts";

/** The most bytes of a bound with its mode: ten of a timestamp, a prefix with its length, one mode. */
export const mostBoundBytes = 10 + 1 + idBytes + 1;
/** The most bytes of a range with a fingerprint. */
export const mostFingerprintRangeBytes = mostBoundBytes + fingerprintBytes;

/** How far a message has got, to go back to. */
export type Mark = { readonly length: number; readonly timestamp: Uint64 };

export class MessageWriter {
  #bytes: Uint8Array = new Uint8Array(512);
  #length = 1;
  #timestamp: Uint64 = { high: 0, low: 0 };

  constructor() {
    this.#bytes[0] = version;
  }

  get length(): number {
    return this.#length;
  }

  /** Where the message stands: going back to it takes back what was written since. */
  get mark(): Mark {
    return { length: this.#length, timestamp: this.#timestamp };
  }

  rewind({ length, timestamp }: Mark): void {
    this.#length = length;
    this.#timestamp = timestamp;
  }

  skipTo(end: Bound): void {
    this.#begin(end, mode.skip, 0);
  }

  fingerprint(end: Bound, fingerprint: Uint8Array): void {
    this.#begin(end, mode.fingerprint, fingerprintBytes);
    this.#bytes.set(fingerprint, this.#length);
    this.#length += fingerprintBytes;
  }

  /** Opens a list of so many ids; as many calls of {@link id} follow. */
  idList(end: Bound, count: number): void {
    this.#begin(end, mode.idList, 10 + count * idBytes);
    this.#varint(count);
  }

  /** The id of the key that begins at a place. */
  id(keys: Uint32Array, at: number): void {
    writeWords(keys, at + 2, this.#bytes, this.#length);
    this.#length += idBytes;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #begin(end: Bound, modeNumber: number, payloadBytes: number): void {
    this.#reserve(mostBoundBytes + payloadBytes);
    this.#bound(end);
    this.#varint(modeNumber);
  }

  #bound(end: Bound): void {
    if (end === infinity) this.#varint(0);
    else {
      const timestamp = { high: end.key[0] as number, low: end.key[1] as number };
      this.#length = writeVarint(this.#bytes, this.#length, oneBeyond(this.#timestamp, timestamp));
      this.#timestamp = timestamp;
    }
    this.#varint(end.prefixLength);
    for (let at = 0; at < end.prefixLength; at++) this.#bytes[this.#length++] = idByte(end.key, at);
  }

  #varint(value: number): void {
    this.#length = writeVarint(this.#bytes, this.#length, { high: 0, low: value });
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** `to` − `from` + 1. */
function oneBeyond(from: Uint64, to: Uint64): Uint64 {
  const low = to.low - from.low + 1;
  return { high: to.high - from.high + Math.floor(low / 2 ** 32), low: low >>> 0 };
}
