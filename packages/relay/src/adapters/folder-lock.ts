/** Holds a data folder for one process. The operating system frees it, however that process ends. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "../ports/start-error.ts";
import { makePrivate } from "./private-file.ts";

/** SQLITE_BUSY (sqlite.org/rescode.html). */
const busy = 5;

function holderOf(pidFile: string): string {
  try {
    return `process ${Number(readFileSync(pidFile, "utf8"))}`;
  } catch {
    return "another process";
  }
}

/**
 * Makes the folder if there is none (0700), and holds it until the returned function is called. The lock is an open
 * exclusive transaction on an empty database of its own, so it is never stale; the number beside it is for people.
 * Throws StartError `data-held`.
 */
export function holdFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, "relay.pid");
  const lockFile = join(folder, "relay.lock");
  makePrivate(lockFile);
  const lock = new DatabaseSync(lockFile);
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== busy) throw cause;
    throw new StartError("data-held", `${folder} is in use by ${holderOf(pidFile)}`, { cause });
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return () => {
    rmSync(pidFile, { force: true });
    lock.close();
  };
}
