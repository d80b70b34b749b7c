/** CBOR beyond the wire profile, as envelopes have it: tags, and maps whose keys are numbers. */
import { concatBytes, encodeValue } from "@intentcast/protocol";
import { Decoder } from "cbor-x";

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });

/** The item, in a box, its maps as Map; undefined where the bytes are none. */
export function decodeAny(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: decoder.decode(bytes) };
  } catch {
    return undefined;
  }
}

/** Keys stand in the order in which the Map has them. */
export function encodeAny(value: unknown): Uint8Array {
  if (!(value instanceof Map)) return encodeValue(value);
  const head = Uint8Array.of(0xa0 | value.size);
  return concatBytes(head, ...[...value].flatMap(([key, item]) => [encodeValue(key), encodeAny(item)]));
}
