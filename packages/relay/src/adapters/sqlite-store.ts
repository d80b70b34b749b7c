/** The store on a disk: one SQLite database in a data folder that one process holds. */
import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { ok, type Random, type Reject, type Result, reject } from "@intentcast/protocol";
import type { Admitted, Appended, Store } from "../ports/store.ts";
import { holdFolder } from "./folder-lock.ts";
import { messageWriter, positionFinder } from "./sqlite-append.ts";
import { heldReader, lister, remover } from "./sqlite-held.ts";
import { openLog } from "./sqlite-log.ts";
import { openDatabase } from "./sqlite-open.ts";
import { scopeReader } from "./sqlite-query.ts";

export type StoreSpace = {
  /** Bytes to be left free on the disk, so that removing what has expired can always be written. */
  readonly reserveBytes: number;
  /** Bytes that the database may grow to. */
  readonly maxBytes: number;
};

const defaultSpace: StoreSpace = { reserveBytes: 64 * 1024 * 1024, maxBytes: Number.POSITIVE_INFINITY };

/** The database's file in a data folder. */
export const databaseFile = (folder: string): string => join(folder, "relay.sqlite");

/** SQLITE_FULL (sqlite.org/rescode.html). */
const full = 13;

/** Written and removed to see whether there is room: as much as a commit of large messages may need. */
const trialBytes = 256 * 1024;

const refusal = (cause: unknown): Result<never, Reject> => {
  const { errcode, message } = cause as { errcode?: number; message: string };
  return reject(errcode === full ? "store-full" : "store-failed", message);
};

/** The last position given. */
function headReader(db: DatabaseSync): () => number {
  const last = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'message'");
  return () => Number(last.get()?.["seq"] ?? 0);
}

function limitSize(db: DatabaseSync, maxBytes: number): void {
  if (!Number.isFinite(maxBytes)) return;
  const pageSize = Number(db.prepare("PRAGMA page_size").get()?.["page_size"]);
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageSize))}`);
}

function openHeld(
  folder: string,
  random: Random,
  space: StoreSpace,
  open: typeof openLog,
  release: () => void,
): Store {
  const db = openDatabase(databaseFile(folder), random);
  limitSize(db, space.maxBytes);
  const write = messageWriter(db);
  const read = scopeReader(db);
  const positionOf = positionFinder(db);
  const get = heldReader(db);
  const list = lister(db);
  const removeExpired = remover(db);
  const id = db.prepare("SELECT value FROM meta WHERE key = 'store'").get()?.["value"] as Uint8Array;
  const lastGiven = headReader(db);
  // What stands behind the head is committed and perhaps not on the disk: nobody is shown it.
  let head = lastGiven();
  let ranOut = false;
  let broken: Result<never, Reject> | undefined;

  // From here on a commit leaves its log with the system, and `append` has that put on the disk.
  db.exec("PRAGMA synchronous = NORMAL");
  const log = open(databaseFile(folder));

  async function append(batch: readonly Admitted[]): Promise<Result<readonly Appended[], Reject>> {
    const committed = broken ?? commit(batch);
    if (!committed.ok) return committed;
    const last = lastGiven();
    try {
      await log.sync();
    } catch (cause) {
      // What the system could not write it may have dropped, also if it should succeed next time.
      broken = reject("store-failed", `${(cause as Error).message}; restart the relay once the disk is well`);
    }
    if (broken !== undefined) return broken;
    head = Math.max(head, last);
    return committed;
  }

  function commit(batch: readonly Admitted[]): Result<readonly Appended[], Reject> {
    try {
      db.exec("BEGIN IMMEDIATE");
      const appended = batch.map(write);
      db.exec("COMMIT");
      return ok(appended);
    } catch (cause) {
      if (db.isTransaction) db.exec("ROLLBACK");
      const refused = refusal(cause);
      if (!refused.ok && refused.error.code === "store-full") ranOut = true;
      return refused;
    }
  }

  function canWrite(): boolean {
    try {
      db.prepare("INSERT OR REPLACE INTO meta VALUES ('trial', zeroblob(?))").run(trialBytes);
      db.exec("DELETE FROM meta WHERE key = 'trial'");
      return true;
    } catch {
      return false;
    }
  }

  function hasRoom(): boolean {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < space.reserveBytes) return false;
    if (ranOut) ranOut = !canWrite();
    return !ranOut;
  }

  return {
    id,
    get head() {
      return head;
    },
    append,
    has: async (messageId) => (positionOf(messageId) ?? Number.POSITIVE_INFINITY) <= head,
    get: async (messageId) => {
      const held = get(messageId);
      return held !== undefined && held.position <= head ? held : undefined;
    },
    list: async (after, limit) => list({ after, through: head }, limit),
    query: async (scope, after, limit, now) => {
      const messages = read(scope, { after, through: head }, now, limit);
      return { messages, through: messages.length < limit ? head : (messages.at(-1)?.position ?? head) };
    },
    removeExpired: async (now, limit) => removeExpired(now, limit),
    hasRoom: async () => hasRoom(),
    close: async () => {
      await log.close();
      db.close();
      release();
    },
  };
}

/**
 * Opens the store in a folder, made if there is none (folder 0700, files 0600). Throws StartError: `data-held` when
 * another process has it, `data-newer` when a later version wrote it. `open` is for tests with a disk that fails.
 */
export function sqliteStore(
  folder: string,
  random: Random,
  space: Partial<StoreSpace> = {},
  open: typeof openLog = openLog,
): Store {
  const release = holdFolder(folder);
  try {
    return openHeld(folder, random, { ...defaultSpace, ...space }, open, release);
  } catch (cause) {
    release();
    throw cause;
  }
}
