/** Varints: base 128, the most significant digit first, the high bit on every digit but the last; up to 64 bits. */
import type { Uint64 } from "../key.ts";
import { ok, type Result, refuse } from "../refusal.ts";

/** The bytes of a number below 2^53. */
export function encodeVarint(value: number): Uint8Array {
  const digits: number[] = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.push(128 + (rest % 128));
  }
  return Uint8Array.from(digits.reverse());
}

/** How many digits a value takes. */
export function varintLength({ high, low }: Uint64): number {
  const bits = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(low);
  return Math.max(1, Math.ceil(bits / 7));
}

/** Writes a value, and tells where it ends. */
export function writeVarint(into: Uint8Array, at: number, value: Uint64): number {
  const end = at + varintLength(value);
  let { high, low } = value;
  for (let place = end - 1; place >= at; place--) {
    into[place] = (low & 0x7f) | (place === end - 1 ? 0 : 0x80);
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  return end;
}

/** The value that begins at a place, and where it ends. Codes: `truncated`, `varint-not-shortest`, `varint-range`. */
export function readVarint(bytes: Uint8Array, start: number): Result<Uint64 & { readonly end: number }> {
  let high = 0;
  let low = 0;
  if (bytes[start] === 0x80) return refuse("varint-not-shortest");
  for (let at = start; at < bytes.length; at++) {
    const digit = bytes[at] as number;
    if (high >= 2 ** 25) return refuse("varint-range");
    high = high * 128 + (low >>> 25);
    low = ((low << 7) | (digit & 0x7f)) >>> 0;
    if (digit < 0x80) return ok({ high, low, end: at + 1 });
  }
  return refuse("truncated", "in a varint");
}
