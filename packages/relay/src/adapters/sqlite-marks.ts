/** Marks in SQLite's full-text index: each is one token, exactly. */
import type { DatabaseSync } from "node:sqlite";
import type { Message } from "@intentcast/protocol";
import { marksOf, type Scope } from "../ports/store.ts";

/**
 * The tokenizer makes one case of upper and lower and parts texts at what is neither letter nor digit: whatever it would
 * not leave as it is, is written as its code point.
 */
const tokenOf = (mark: string): string =>
  plain.test(mark)
    ? mark
    : mark.replace(/[^a-z0-9/-]/gu, (character) => `_${character.codePointAt(0)?.toString(36)}_`);

const plain = /^[a-z0-9/-]*$/;

/** Writes down the marks of a message at its position, if it has any. */
export function markWriter(db: DatabaseSync): (position: number, message: Message) => void {
  const insert = db.prepare("INSERT INTO mark (rowid, marks) VALUES (?, ?)");
  return (position, message) => {
    const marks = marksOf(message);
    if (marks.size > 0) insert.run(position, Array.from(marks, tokenOf).join(" "));
  };
}

/** The query for what has a mark of every list (sqlite.org/fts5.html §3). */
export const markedBy = (lists: NonNullable<Scope["marks"]>): string =>
  lists.map((list) => `(${list.map((mark) => `"${tokenOf(mark)}"`).join(" OR ")})`).join(" AND ");
