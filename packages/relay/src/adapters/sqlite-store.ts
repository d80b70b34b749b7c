/** The store on a disk: one SQLite database in a data folder that one process holds. */
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { ok, type Random, type Reject, type Result, reject } from "@intentcast/protocol";
import type { Admitted, Appended, Store } from "../ports/store.ts";
import { holdFolder } from "./folder-lock.ts";
import { messageWriter } from "./sqlite-append.ts";
import { scopeReader } from "./sqlite-query.ts";
import { openDatabase } from "./sqlite-schema.ts";

/** SQLITE_FULL (sqlite.org/rescode.html). */
const full = 13;

const refusal = (cause: unknown): Result<never, Reject> => {
  const { errcode, message } = cause as { errcode?: number; message: string };
  return reject(errcode === full ? "store-full" : "store-failed", message);
};

const headOf = (db: DatabaseSync): number =>
  Number(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'message'").get()?.["seq"] ?? 0);

function openHeld(folder: string, random: Random, release: () => void): Store {
  const db = openDatabase(join(folder, "relay.sqlite"), random);
  const write = messageWriter(db);
  const read = scopeReader(db);
  const find = db.prepare("SELECT 1 FROM message WHERE id = ?");
  const remove = db.prepare(
    "DELETE FROM message WHERE position IN (SELECT position FROM message WHERE expires <= ? LIMIT ?)",
  );
  const id = db.prepare("SELECT value FROM meta WHERE key = 'store'").get()?.["value"] as Uint8Array;
  let head = headOf(db);

  function append(batch: readonly Admitted[]): Result<readonly Appended[], Reject> {
    try {
      db.exec("BEGIN IMMEDIATE");
      const appended = batch.map(write);
      db.exec("COMMIT");
      head = headOf(db);
      return ok(appended);
    } catch (cause) {
      if (db.isTransaction) db.exec("ROLLBACK");
      return refusal(cause);
    }
  }

  return {
    id,
    get head() {
      return head;
    },
    append: async (batch) => append(batch),
    has: async (messageId) => find.get(messageId) !== undefined,
    query: async (scope, after, limit, now) => {
      const messages = read(scope, after, now, limit);
      return { messages, through: messages.length < limit ? head : (messages.at(-1)?.position ?? head) };
    },
    removeExpired: async (now, limit) => Number(remove.run(now, limit).changes),
    close: async () => {
      db.close();
      release();
    },
  };
}

/**
 * Opens the store in a folder, made if there is none (folder 0700, files 0600). Throws StartError: `data-held` when
 * another process has it, `data-newer` when a later version wrote it.
 */
export function sqliteStore(folder: string, random: Random): Store {
  const release = holdFolder(folder);
  try {
    return openHeld(folder, random, release);
  } catch (cause) {
    release();
    throw cause;
  }
}
