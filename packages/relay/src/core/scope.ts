/** The part of a filter that a store can look up; what it lets through, `matches` still decides. */
import { type Filter, filterKinds } from "@intentcast/protocol";
import { marksWanted } from "./marks.ts";

/**
 * Messages of these kinds, each named once; with `marks`, those that have a mark of every list. A sealed message is never
 * within a scope without marks.
 */
export type Scope = {
  readonly kinds: readonly (typeof filterKinds)[number][];
  readonly marks?: readonly (readonly string[])[];
};

/** The scope of a filter: it holds every message that the filter matches. */
export function scopeOf(filter: Filter): Scope {
  const kinds = [...new Set(filter.kinds ?? filterKinds)];
  const marks = marksWanted(filter);
  return marks.length === 0 ? { kinds } : { kinds, marks };
}

/** Whether the scope of a filter holds nothing else than what the filter matches. */
export function scopeDecides({ prices, terms, issued, words }: Filter): boolean {
  if (prices !== undefined || terms !== undefined || issued !== undefined) return false;
  // Words of which none is named still leave out what says nothing at all.
  return words === undefined || words.all !== undefined || words.any !== undefined;
}
