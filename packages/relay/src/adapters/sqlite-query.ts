/** Reads a scope from the tables, always along an index and never more than a page from it. */
import type { DatabaseSync } from "node:sqlite";
import { toHex, type UnixSeconds } from "@intentcast/protocol";
import type { Scope } from "../ports/store.ts";
import { markedBy } from "./sqlite-marks.ts";

export type Row = { readonly position: number; readonly bytes: Uint8Array };

const select = (condition: string) =>
  `SELECT position, bytes FROM message WHERE ${condition} AND position > ? AND expires > ?
   ORDER BY position LIMIT ?`;

/** A list of byte strings as the one parameter of a fixed statement: a JSON array of hex. */
const anyOf = "(SELECT unhex(value) FROM json_each(?))";
const listed = (list: readonly Uint8Array[]): string => JSON.stringify(list.map(toHex));

/** Each index ends in the position, so a single kind is read in order without sorting; authors and mailboxes are few. */
export function scopeReader(db: DatabaseSync) {
  const ofKind = db.prepare(select("kind = ?"));
  const ofAuthors = db.prepare(select(`author IN ${anyOf} AND kind IN (SELECT value FROM json_each(?))`));
  const marked = db.prepare(
    `SELECT position, bytes FROM mark CROSS JOIN message ON position = mark.rowid
     WHERE mark MATCH ? AND mark.rowid > ? AND expires > ? AND kind IN (SELECT value FROM json_each(?))
     ORDER BY mark.rowid LIMIT ?`,
  );
  const toMailboxes = db.prepare(select(`mailbox IN ${anyOf}`));

  /** The first `limit` rows of the scope after a position. */
  return (
    { kinds, authors, mailboxes, marks }: Scope,
    after: number,
    now: UnixSeconds,
    limit: number,
  ): Row[] => {
    if (mailboxes !== undefined) {
      return kinds.includes("sealed") ? (toMailboxes.all(listed(mailboxes), after, now, limit) as Row[]) : [];
    }
    const open = kinds.filter((kind) => kind !== "sealed");
    if (authors !== undefined) {
      return ofAuthors.all(listed(authors), JSON.stringify(open), after, now, limit) as Row[];
    }
    if (marks !== undefined) {
      return marked.all(markedBy(marks), after, now, JSON.stringify(open), limit) as Row[];
    }
    const pages = open.map((kind) => ofKind.all(kind, after, now, limit) as Row[]);
    return pages
      .flat()
      .sort((a, b) => a.position - b.position)
      .slice(0, limit);
  };
}
