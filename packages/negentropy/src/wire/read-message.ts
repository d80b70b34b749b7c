/** Reading a message, one range at a time: nothing is taken in beyond the range in hand, whatever the bytes say. */
import { idBytes, keyWords, type Uint64, writeKey } from "../key.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import { type Bound, infinity, isBelow, zero } from "./bound.ts";
import { fingerprintBytes, mode } from "./form.ts";
import { readVarint } from "./varint.ts";

/** A range, by where it ends; fingerprint and ids are views of the message. */
export type Range =
  | { readonly mode: "skip"; readonly end: Bound }
  | { readonly mode: "fingerprint"; readonly end: Bound; readonly fingerprint: Uint8Array }
  | { readonly mode: "idList"; readonly end: Bound; readonly ids: Uint8Array };

const noPrefix = new Uint8Array(0);

/** Reads the ranges that follow the version byte. After a refusal there is nothing more to read. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #mostListed: number;
  /** The version byte has been looked at. */
  #at = 1;
  #previous: Bound = zero;

  /** A list of more than `mostListed` ids is refused. */
  constructor(bytes: Uint8Array, mostListed = Number.POSITIVE_INFINITY) {
    this.#bytes = bytes;
    this.#mostListed = mostListed;
  }

  /** The next range in order, or nothing at the message's end. */
  next(): Result<Range | undefined> {
    if (this.#at === this.#bytes.length) return ok(undefined);
    if (this.#previous === infinity) return refuse("trailing", "after the range that ends at infinity");
    const end = this.#bound();
    if (!end.ok) return end;
    if (!isBelow(this.#previous, end.value)) return refuse("bound-order");
    this.#previous = end.value;
    return this.#payload(end.value);
  }

  #bound(): Result<Bound> {
    const encoded = this.#varint();
    if (!encoded.ok) return encoded;
    const prefix = this.#prefix();
    if (!prefix.ok) return prefix;
    if (encoded.value.high === 0 && encoded.value.low === 0) {
      return prefix.value.length === 0 ? ok(infinity) : refuse("bound-form", "infinity has an id prefix");
    }
    const timestamp = addBeyondOne(this.#previous.key, encoded.value);
    if (timestamp === undefined) return refuse("timestamp-range");
    const key = new Uint32Array(keyWords);
    writeKey(key, timestamp, prefix.value);
    return ok({ key, prefixLength: prefix.value.length });
  }

  #prefix(): Result<Uint8Array> {
    const length = this.#count();
    if (!length.ok) return length;
    if (length.value > idBytes) return refuse("bound-form", `an id prefix of ${length.value} bytes`);
    return length.value === 0 ? ok(noPrefix) : this.#take(length.value);
  }

  #payload(end: Bound): Result<Range> {
    const read = this.#count();
    if (!read.ok) return read;
    switch (read.value) {
      case mode.skip:
        return ok({ mode: "skip", end });
      case mode.fingerprint: {
        const fingerprint = this.#take(fingerprintBytes);
        return fingerprint.ok
          ? ok({ mode: "fingerprint", end, fingerprint: fingerprint.value })
          : fingerprint;
      }
      case mode.idList: {
        const count = this.#count();
        if (!count.ok) return count;
        if (count.value > this.#mostListed) return refuse("list-too-long", `${count.value} ids`);
        const ids = this.#take(count.value * idBytes);
        return ids.ok ? ok({ mode: "idList", end, ids: ids.value }) : ids;
      }
      default:
        return refuse("mode-unknown", `mode ${read.value}`);
    }
  }

  #take(length: number): Result<Uint8Array> {
    const from = this.#at;
    if (length > this.#bytes.length - from) return refuse("truncated", `${length} bytes are announced`);
    this.#at = from + length;
    return ok(this.#bytes.subarray(from, this.#at));
  }

  /** A number that is exact where it can be met at all: no message is as long as 2^53 bytes. */
  #count(): Result<number> {
    const value = this.#varint();
    return value.ok ? ok(value.value.high * 2 ** 32 + value.value.low) : value;
  }

  #varint(): Result<Uint64> {
    const value = readVarint(this.#bytes, this.#at);
    if (value.ok) this.#at = value.value.end;
    return value;
  }
}

/** `base` + `more` − 1, unless that reaches the timestamp of infinity. */
function addBeyondOne(base: Uint32Array, more: Uint64): Uint64 | undefined {
  const low = (base[1] as number) + more.low - 1;
  const high = (base[0] as number) + more.high + Math.floor(low / 2 ** 32);
  const timestamp = { high, low: low >>> 0 };
  const isBeyond = high > 0xffffffff || (high === 0xffffffff && timestamp.low === 0xffffffff);
  return isBeyond ? undefined : timestamp;
}
