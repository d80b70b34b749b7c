/** A copy of the store, made while a relay goes on writing to it. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "../ports/start-error.ts";
import { makePrivate } from "./private-file.ts";
import { openToRead } from "./sqlite-open.ts";
import { databaseFile } from "./sqlite-store.ts";

export type Backup = { readonly messages: number; readonly head: number };

function flush(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * What the relay gives positions to after the moment of the copy it will give to others after it is restored: so the copy
 * has no id, and takes a new one when a relay first opens it (spec/08 §3).
 */
function forgetName(path: string): Backup {
  const db = new DatabaseSync(path);
  try {
    db.exec("DELETE FROM meta WHERE key = 'store'");
    const messages = Number(db.prepare("SELECT count(*) AS n FROM message").get()?.["n"]);
    const head = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'message'").get()?.["seq"] ?? 0;
    return { messages, head: Number(head) };
  } finally {
    db.close();
  }
}

/**
 * Writes all that is stored at this moment to a new file (0600). The file has its name only when it is whole. Throws
 * StartError: `data-missing`, `data-newer`, `backup-exists`.
 */
export function backUp(folder: string, target: string): Backup {
  if (existsSync(target))
    throw new StartError("backup-exists", `${target} exists; a backup overwrites nothing`);
  const source = openToRead(databaseFile(folder));
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { force: true });
    makePrivate(partial);
    // One read transaction: what is committed meanwhile is in none of it (sqlite.org/lang_vacuum.html).
    source.prepare("VACUUM INTO ?").run(partial);
    const backup = forgetName(partial);
    flush(partial);
    renameSync(partial, target);
    flush(dirname(target));
    return backup;
  } catch (cause) {
    rmSync(partial, { force: true });
    throw cause;
  } finally {
    source.close();
  }
}
