/** The store's tables, and the settings of a connection to them. */
import { DatabaseSync } from "node:sqlite";
import type { Random } from "@intentcast/protocol";
import { StartError } from "../ports/start-error.ts";
import { makePrivate } from "./private-file.ts";

/** Raised with every change to the tables; a step from each earlier version then stands in `prepare`. */
const version = 1;

/** AUTOINCREMENT never gives a position twice, not even that of a removed last row (sqlite.org/autoinc.html). */
const tables = `
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

const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);

function prepare(db: DatabaseSync, random: Random): void {
  db.exec("BEGIN IMMEDIATE");
  db.exec(tables);
  db.prepare("INSERT INTO meta VALUES ('store', ?)").run(random(16));
  db.exec(`PRAGMA user_version = ${version}`);
  db.exec("COMMIT");
}

/**
 * Opens the database (0600), made if there is none. `synchronous=FULL`: in WAL mode a commit is on the disk when it
 * returns. Throws StartError `data-newer` when a later version of the relay wrote it.
 */
export function openDatabase(path: string, random: Random): DatabaseSync {
  makePrivate(path);
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
  const found = versionOf(db);
  if (found > version) {
    db.close();
    throw new StartError("data-newer", `${path} has version ${found}, this relay knows ${version}`);
  }
  if (found === 0) prepare(db, random);
  return db;
}
