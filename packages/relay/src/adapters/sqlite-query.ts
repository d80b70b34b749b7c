/** Reads a scope from the tables, always along an index and never more than a page from it. */
import type { DatabaseSync } from "node:sqlite";
import { filterKinds, type UnixSeconds } from "@intentcast/protocol";
import type { Scope } from "../ports/store.ts";
import { markedBy } from "./sqlite-marks.ts";

/** Positions after the one, up to and with the other. */
export type Range = { readonly after: number; readonly through: number };

export type Row = { readonly position: number; readonly bytes: Uint8Array };

export function scopeReader(db: DatabaseSync) {
  // The index of kinds ends in the position, so a single kind is read in order without sorting.
  const ofKind = db.prepare(
    `SELECT position, bytes FROM message WHERE kind = ? AND position > ? AND position <= ? AND expires > ?
     ORDER BY position LIMIT ?`,
  );
  const marked = db.prepare(
    `SELECT position, bytes FROM mark CROSS JOIN message ON position = mark.rowid
     WHERE mark MATCH ? AND mark.rowid > ? AND mark.rowid <= ? AND expires > ?
       AND kind IN (${filterKinds.map(() => "?").join()})
     ORDER BY mark.rowid LIMIT ?`,
  );

  /** The first `limit` rows of the scope in a range. */
  return ({ kinds, marks }: Scope, { after, through }: Range, now: UnixSeconds, limit: number): Row[] => {
    if (marks !== undefined) {
      // As many as the statement has room for: a list of another length would be a statement of its own.
      const four = filterKinds.map((_, i) => kinds[i] ?? null);
      return marked.all(markedBy(marks), after, through, now, ...four, limit) as Row[];
    }
    const pages = kinds
      .filter((kind) => kind !== "sealed")
      .map((kind) => ofKind.all(kind, after, through, now, limit) as Row[]);
    return pages
      .flat()
      .sort((a, b) => a.position - b.position)
      .slice(0, limit);
  };
}
