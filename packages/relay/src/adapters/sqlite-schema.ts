/** The store's tables: every version that they have had, as the steps from each to the next. */
import type { DatabaseSync } from "node:sqlite";
import { recallMessage } from "@intentcast/protocol";
import { markWriter } from "./sqlite-marks.ts";

/** AUTOINCREMENT never gives a position twice, not even that of a removed last row (sqlite.org/autoinc.html). */
const first = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE message (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    author BLOB,
    mailbox BLOB,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX message_kind ON message (kind);
  CREATE INDEX message_author ON message (author) WHERE author IS NOT NULL;
  CREATE INDEX message_mailbox ON message (mailbox) WHERE mailbox IS NOT NULL;
  CREATE INDEX message_expires ON message (expires);
  CREATE UNIQUE INDEX message_profile ON message (author) WHERE kind = 'profile';
`;

/**
 * The marks of open messages, for queries by what they are about: an inverted index, without the texts themselves
 * (sqlite.org/fts5.html). A message that goes takes its marks along.
 */
const marks = `
  CREATE VIRTUAL TABLE mark USING fts5(
    marks, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '/_-'"
  );
  CREATE TRIGGER message_marks AFTER DELETE ON message WHEN old.kind IN ('intent', 'profile')
    BEGIN DELETE FROM mark WHERE rowid = old.position; END;
`;

function addMarks(db: DatabaseSync): void {
  db.exec(marks);
  const mark = markWriter(db);
  const rows = db.prepare("SELECT position, bytes FROM message WHERE kind IN ('intent', 'profile')");
  for (const { position, bytes } of rows.iterate()) {
    const message = recallMessage(bytes as Uint8Array);
    if (message.ok) mark(Number(position), message.value);
  }
}

/** The step at index n leads from version n to version n + 1. One that was released is never changed. */
export const schemaSteps: readonly ((db: DatabaseSync) => void)[] = [(db) => db.exec(first), addMarks];
