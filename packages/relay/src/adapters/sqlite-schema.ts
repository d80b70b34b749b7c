/** The store's tables: every version that they have had, as the steps from each to the next. */

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

/** The step at index n leads from version n to version n + 1. One that was released is never changed. */
export const schemaSteps: readonly string[] = [first];
