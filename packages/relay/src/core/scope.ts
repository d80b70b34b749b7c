/** The part of a filter that a store can look up; what it lets through, `matches` still decides. */
import { type Filter, filterKinds } from "@intentcast/protocol";

/**
 * Messages of these kinds, each named once. With `mailboxes`: sealed ones for one of them, and nothing else. Without: open ones, by one
 * of the authors where there are any; never a sealed one.
 */
export type Scope = {
  readonly kinds: readonly (typeof filterKinds)[number][];
  readonly authors?: readonly Uint8Array[];
  readonly mailboxes?: readonly Uint8Array[];
};

/** The scope of a filter: it holds every message that the filter matches. */
export function scopeOf({ kinds: named = [...filterKinds], authors, mailboxes }: Filter): Scope {
  const kinds = [...new Set(named)];
  if (mailboxes !== undefined) return { kinds, mailboxes };
  return authors === undefined ? { kinds } : { kinds, authors };
}
