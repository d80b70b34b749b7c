/** The part of a filter that a store can look up; what it lets through, `matches` still decides. */
import { type Filter, filterKinds } from "@intentcast/protocol";

/** Messages of these kinds; where named, only of these authors, or only for these mailboxes. */
export type Scope = {
  readonly kinds: readonly (typeof filterKinds)[number][];
  readonly authors?: readonly Uint8Array[];
  readonly mailboxes?: readonly Uint8Array[];
};

/**
 * The scope of a filter: it holds every message that the filter matches. Sealed messages are in it only for a
 * filter that names mailboxes, so a store never hands one to anybody else, whatever comes after it.
 */
export function scopeOf({ kinds = [...filterKinds], authors, mailboxes }: Filter): Scope {
  if (mailboxes !== undefined) return { kinds: kinds.filter((kind) => kind === "sealed"), mailboxes };
  const open = kinds.filter((kind) => kind !== "sealed");
  return authors === undefined ? { kinds: open } : { kinds: open, authors };
}
