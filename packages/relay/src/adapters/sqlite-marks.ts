/** Marks in SQLite's full-text index: each is one token, exactly. */
import type { DatabaseSync } from "node:sqlite";
import type { Message } from "@intentcast/protocol";
import { type Scope, type TellMark, tellMarks } from "../ports/store.ts";
import { TokenText } from "./token-text.ts";

/** Writes down the marks of a message at its position. */
export function markWriter(db: DatabaseSync): (position: number, message: Message) => void {
  const insert = db.prepare("INSERT INTO mark (rowid, marks) VALUES (?, ?)");
  const tokens = new TokenText();
  const add: TellMark = (beginning, text, end) => tokens.add(beginning, text, end);
  return (position, message) => {
    tellMarks(message, add);
    insert.run(position, tokens.take());
  };
}

/** The query for what has a mark of every list (sqlite.org/fts5.html §3). */
export function markedBy(lists: NonNullable<Scope["marks"]>): string {
  const tokens = new TokenText();
  const quoted = (mark: string): string => {
    tokens.add("", mark, mark.length);
    return `"${tokens.take()}"`;
  };
  return lists.map((list) => `(${list.map(quoted).join(" OR ")})`).join(" AND ");
}
