/** Opens the store's database, and brings it to the present version. */
import { DatabaseSync } from "node:sqlite";
import type { Random } from "@intentcast/protocol";
import { StartError } from "../ports/start-error.ts";
import { makePrivate } from "./private-file.ts";
import { schemaSteps } from "./sqlite-schema.ts";

export const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);

/** Each step is a transaction with its version: an interruption leaves the version before or the one after. */
function migrate(db: DatabaseSync, steps: typeof schemaSteps): void {
  for (let version = versionOf(db); version < steps.length; version++) {
    db.exec("BEGIN IMMEDIATE");
    try {
      steps[version]?.(db);
      db.exec(`PRAGMA user_version = ${version + 1}`);
      db.exec("COMMIT");
    } catch (cause) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw cause;
    }
  }
}

/** A database without an id is new or restored from a backup: either way its positions are a sequence of their own. */
const nameStore = (db: DatabaseSync, random: Random): void =>
  void db.prepare("INSERT INTO meta VALUES ('store', ?) ON CONFLICT DO NOTHING").run(random(16));

/** Bytes of a page, of a database that is made anew. */
const pageBytes = 8192;

/**
 * Pages that the log may grow to before its content is moved into the database: 32 MiB. A page that several commits
 * change is then moved once, and messages seldom wait for it; SQLite's own 4 MiB cost a third of the time under load.
 */
const checkpointPages = 4096;

/** Pages kept in memory: 64 MiB. With SQLite's own 2 MiB each row of a stored query was read from the file anew. */
const cacheKib = 65_536;

/**
 * Opens the database (0600), made if there is none. `synchronous=FULL`: in WAL mode a commit is on the disk when it
 * returns. Throws StartError `data-newer` when a later version of the relay wrote it.
 */
export function openDatabase(path: string, random: Random, steps = schemaSteps): DatabaseSync {
  makePrivate(path);
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA page_size = ${pageBytes}`);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
    db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA cache_size = ${-cacheKib}`);
    refuseNewer(db, path, steps.length);
    migrate(db, steps);
    nameStore(db, random);
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** Opens a database to look at, also one that a relay is using. Throws StartError `data-newer`, `data-missing`. */
export function openToRead(path: string): DatabaseSync {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    // Nothing is read before the first statement.
    versionOf(db);
  } catch (cause) {
    throw new StartError("data-missing", `${path} is no relay's database: ${(cause as Error).message}`, {
      cause,
    });
  }
  try {
    refuseNewer(db, path, schemaSteps.length);
    if (versionOf(db) === 0)
      throw new StartError("data-missing", `${path} is no relay's database: it is empty`);
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

function refuseNewer(db: DatabaseSync, path: string, known: number): void {
  const found = versionOf(db);
  if (found > known)
    throw new StartError("data-newer", `${path} has version ${found}, this relay knows ${known}`);
}
