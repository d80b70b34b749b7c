/**
 * A standing filter as one flat text. As objects, a filter has a dozen parts, and a relay of very many of them would stop for
 * as long as the garbage collector takes to walk through all.
 */
import type { Filter } from "@intentcast/protocol";
import { bytesOf, textOf } from "./byte-text.ts";

/**
 * A filter in JSON, in which bytes are texts with a character for each. It has no character beyond U+00FF: the runtime keeps
 * such a text as bytes.
 */
export type PackedFilter = string & { readonly packed: "filter" };

const fieldsOfBytes = ["authors", "mailboxes", "terms"] as const;

type Flat = Omit<Filter, (typeof fieldsOfBytes)[number]> & {
  [field in (typeof fieldsOfBytes)[number]]?: readonly string[] | undefined;
};

export function packFilter(filter: Filter): PackedFilter {
  const flat: Flat = { ...filter, authors: undefined, mailboxes: undefined, terms: undefined };
  for (const field of fieldsOfBytes) flat[field] = filter[field]?.map(textOf);
  return JSON.stringify(flat).replace(/[\u0100-\uffff]/g, escaped) as PackedFilter;
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Another object each time. */
export function unpackFilter(packed: PackedFilter): Filter {
  const filter = JSON.parse(packed);
  for (const field of fieldsOfBytes) {
    if (filter[field] !== undefined) filter[field] = filter[field].map(bytesOf);
  }
  return filter;
}
