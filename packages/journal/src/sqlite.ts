/** A journal in a SQLite file: durable at every append, private to its owner, safe for several processes. */
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { IntentcastError, type RejectCode, reject, unwrap } from "@intentcast/protocol";
import type { Entry, Journal } from "./journal.ts";
import { createPrivateFile, inspectPrivateFile } from "./private-file.ts";

/** "ICJ1" in ASCII: tells a journal from any other SQLite file. */
const applicationId = 0x49434a31;
const schemaVersion = 1;

/** How long to wait for another process that is writing. */
const busyTimeoutMs = 10_000;

const schema = `
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
  PRAGMA journal_mode = WAL;
  CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT UNIQUE,
    value BLOB NOT NULL
  ) STRICT;
`;

/**
 * Opens the journal in the file `path`, creating it (mode 0600) and its folder (mode 0700) where there is none.
 *
 * Throws an {@link IntentcastError}, as do the journal's methods: `journal-unsafe` when the file is a link, is
 * not a plain file, or is open to others (the detail says what to run); `journal-broken` when it is something
 * else than a journal; `journal-version` when another version wrote it; `journal-failed` when the disk or the file system
 * does not do what was asked.
 */
export function sqliteJournal(path: string): Journal {
  const database = guarded(path, () => {
    if (unwrap(inspectPrivateFile(path)) === "absent") createPrivateFile(path, layOut);
    // Again: the file may have been put there by somebody else since.
    unwrap(inspectPrivateFile(path));
    return openExisting(path);
  });
  const insert = database.prepare(
    "INSERT INTO entry (kind, key, value) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
  );
  const select = database.prepare(
    "SELECT position, kind, key, value FROM entry WHERE position > ? ORDER BY position",
  );

  const use = <T>(work: () => T): T => {
    if (!database.isOpen) throw new Error("the journal is closed");
    return guarded(path, work);
  };

  return {
    async append({ kind, key, value }) {
      // `run` ends with the commit and throws where that fails. What RETURNING gives comes before it.
      const { changes, lastInsertRowid } = use(() => insert.run(kind, key ?? null, value));
      return changes === 0 ? "taken" : Number(lastInsertRowid);
    },

    async read(after = 0) {
      return use(() => select.all(after)).map(toEntry);
    },

    async [Symbol.asyncDispose]() {
      if (database.isOpen) guarded(path, () => database.close());
    },
  };
}

/** Makes an empty journal of an empty file. WAL is a property of the file and holds for all who open it later. */
function layOut(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(schema);
  } finally {
    database.close();
  }
}

function openExisting(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    const foundId = pragma(database, "application_id");
    const foundVersion = pragma(database, "user_version");
    if (foundId !== applicationId) {
      throw new IntentcastError(reject("journal-broken", `${path} is not a journal of Intentcast`).error);
    }
    if (foundVersion !== schemaVersion) {
      const detail = `${path} has format ${foundVersion}, this program reads format ${schemaVersion}`;
      throw new IntentcastError(reject("journal-version", detail).error);
    }
    // NORMAL would lose appends that had been reported as done when the power fails.
    database.exec("PRAGMA synchronous = FULL");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const pragma = (database: DatabaseSync, name: string): SQLOutputValue | undefined =>
  database.prepare(`PRAGMA ${name}`).get()?.[name];

const toEntry = ({ position, kind, key, value }: Record<string, SQLOutputValue>): Entry => ({
  position: position as number,
  kind: kind as string,
  ...(key === null ? {} : { key: key as string }),
  value: value as Uint8Array,
});

/** SQLite's result codes for a file that is damaged or none of its own (sqlite.org/rescode.html). */
const brokenFileCodes = new Set([11, 26]);

/** Runs `work`; what SQLite or the file system throws becomes an {@link IntentcastError} that names the file. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof IntentcastError || !(error instanceof Error)) throw error;
    const isBroken =
      "errcode" in error && typeof error.errcode === "number" && brokenFileCodes.has(error.errcode & 0xff);
    const code: RejectCode = isBroken ? "journal-broken" : "journal-failed";
    throw new IntentcastError(reject(code, `${path}: ${error.message}`).error, { cause: error });
  }
}
