/**
 * A standing filter as one flat text. As objects, a filter has a dozen parts, and a relay of very many of them would stop for
 * as long as the garbage collector takes to walk through all.
 */
import { decodeValue, encodeValue, type Filter, unwrap } from "@intentcast/protocol";

/** A filter's bytes in the wire profile, a character for each: the runtime keeps such a text as bytes. */
export type PackedFilter = string & { readonly packed: "filter" };

/** So many characters are made of bytes in one call; nearly every filter has fewer. */
const chunk = 8192;

export function packFilter(filter: Filter): PackedFilter {
  const bytes = encodeValue(filter);
  let text = "";
  for (let at = 0; at < bytes.length; at += chunk)
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + chunk) as unknown as number[]);
  return text as PackedFilter;
}

/** Another object each time. */
export function unpackFilter(packed: PackedFilter): Filter {
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  return unwrap(decodeValue(bytes, packed.length)) as Filter;
}
