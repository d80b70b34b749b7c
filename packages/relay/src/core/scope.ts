/** The part of a filter that a store can look up; what it lets through, `matches` still decides. */
import { type Filter, filterKinds } from "@intentcast/protocol";
import { marksWanted } from "./marks.ts";

/**
 * Messages of these kinds, each named once. With `mailboxes`: sealed ones for one of them, and nothing else. Without: open ones, by one
 * of the authors where there are any; with `marks`, those that have a mark of every list; never a sealed one.
 */
export type Scope = {
  readonly kinds: readonly (typeof filterKinds)[number][];
  readonly authors?: readonly Uint8Array[];
  readonly mailboxes?: readonly Uint8Array[];
  readonly marks?: readonly (readonly string[])[];
};

/** The scope of a filter: it holds every message that the filter matches. Authors and mailboxes are few, and need no marks. */
export function scopeOf(filter: Filter): Scope {
  const kinds = [...new Set(filter.kinds ?? filterKinds)];
  const { authors, mailboxes } = filter;
  if (mailboxes !== undefined) return { kinds, mailboxes };
  if (authors !== undefined) return { kinds, authors };
  const marks = marksWanted(filter);
  return marks.length === 0 ? { kinds } : { kinds, marks };
}

/** Whether the scope of a filter holds nothing else than what the filter matches. */
export function scopeDecides({ kinds: _, ...filter }: Filter): boolean {
  const { mailboxes, authors, categories: _c, places: _p, attributes: _a, words, ...others } = filter;
  if (Object.keys(others).length > 0) return false;
  if (mailboxes !== undefined || authors !== undefined) return Object.keys(filter).length === 1;
  // Words of which none is named still leave out what says nothing at all.
  return words === undefined || words.all !== undefined || words.any !== undefined;
}
