/**
 * Values of the wire profile to bytes and back (spec/02-wire-profile).
 *
 * Both directions are our own few lines behind the gate, where a general CBOR library was meant to stand. cbor-x 1.6.9
 * writes integers of 2^32 and above as floats and keeps keys in the order of insertion; and it drops a U+FEFF at the
 * start of a longer text, so that two different messages would decode alike. It is the tests' second opinion.
 */
import type { Reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import { checkProfile } from "./profile.ts";
import { readItem } from "./read-item.ts";
import { writeItem } from "./write-item.ts";

/** What the wire profile can say: integers within ±(2^53−1), text, truth values, byte strings, arrays, maps. */
export type ProfileValue =
  | number
  | string
  | boolean
  | Uint8Array
  | readonly ProfileValue[]
  | { readonly [key: string]: ProfileValue };

/**
 * The value that `bytes` encode; refuses at stage `decode` whatever is not one item of the wire profile in at most
 * `maxBytes` bytes. Byte strings come as copies, so the value does not hold on to the input.
 */
export function decodeValue(bytes: Uint8Array, maxBytes: number): Result<ProfileValue, Reject> {
  const checked = checkProfile(bytes, maxBytes);
  return checked.ok ? ok(decodeChecked(bytes)) : checked;
}

/** The value of bytes that {@link checkProfile} has let through. */
export const decodeChecked = (bytes: Uint8Array): ProfileValue => readItem(bytes);

/**
 * The one encoding of a value, whatever the order of its keys. Throws TypeError on what the profile cannot express
 * (null, undefined, also as a property; fractions; lone surrogates; other classes; too deep): the caller has let
 * through what it should have validated.
 */
export const encodeValue = (value: unknown): Uint8Array => writeItem(value);
