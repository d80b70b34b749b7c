/** The store's tables: every version that they have had, as the steps from each to the next. */
import type { DatabaseSync } from "node:sqlite";
import { recallMessage } from "@intentcast/protocol";
import { topicsOf } from "../ports/store.ts";
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

/** An inverted index without the texts themselves (sqlite.org/fts5.html). A message that goes takes its marks along. */
const marks = `
  CREATE VIRTUAL TABLE mark USING fts5(
    marks, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '/_-'"
  );
  CREATE TRIGGER message_marks AFTER DELETE ON message WHEN old.kind IN ('intent', 'profile')
    BEGIN DELETE FROM mark WHERE rowid = old.position; END;
`;

/**
 * Authors and mailboxes became marks: a row in an index by such a key is a page of its own to write with every message,
 * and an index by the whole id a wider one than by its beginning. Positions stay as they are.
 */
const leaner = `
  DROP TRIGGER message_marks;
  DROP TABLE mark;
  ALTER TABLE message RENAME TO former;
  CREATE TABLE message (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    profile BLOB,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  INSERT INTO message
    SELECT position, id, kind, iif(kind = 'profile', author, NULL), issued, expires, bytes FROM former
    ORDER BY position;
  DELETE FROM sqlite_sequence WHERE name = 'message';
  UPDATE sqlite_sequence SET name = 'message' WHERE name = 'former';
  DROP TABLE former;
  CREATE INDEX message_id ON message (substr(id, 1, 8));
  CREATE INDEX message_kind ON message (kind);
  CREATE INDEX message_expires ON message (expires);
  CREATE UNIQUE INDEX message_profile ON message (profile) WHERE profile IS NOT NULL;
  CREATE VIRTUAL TABLE mark USING fts5(
    marks, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '/_-'"
  );
  CREATE TRIGGER message_marks AFTER DELETE ON message
    BEGIN DELETE FROM mark WHERE rowid = old.position; END;
`;

function markAll(db: DatabaseSync): void {
  db.exec(leaner);
  const mark = markWriter(db);
  const rows = db.prepare("SELECT position, bytes FROM message ORDER BY position");
  for (const { position, bytes } of rows.iterate()) {
    const message = recallMessage(bytes as Uint8Array);
    if (message.ok) mark(Number(position), message.value);
  }
}

/** The topics of a message, with spaces between: what relays compare with each other is by topic. */
function addTopics(db: DatabaseSync): void {
  db.exec("ALTER TABLE message ADD COLUMN topics TEXT NOT NULL DEFAULT ''");
  const update = db.prepare("UPDATE message SET topics = ? WHERE position = ?");
  const next = db.prepare("SELECT position, bytes FROM message WHERE position > ? ORDER BY position LIMIT 1");
  for (let row = next.get(0); row !== undefined; row = next.get(Number(row["position"]))) {
    const message = recallMessage(row["bytes"] as Uint8Array);
    if (message.ok) update.run(topicsOf(message.value).join(" "), Number(row["position"]));
  }
}

/** The step at index n leads from version n to version n + 1. One that was released is never changed. */
export const schemaSteps: readonly ((db: DatabaseSync) => void)[] = [
  (db) => db.exec(first),
  (db) => db.exec(marks),
  markAll,
  addTopics,
];
