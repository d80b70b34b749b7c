/** Puts on the disk what a database's log has, while this thread goes on: the disk is what a commit waits for longest. */
import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { promisify } from "node:util";

const datasync = promisify(fdatasync);

export type DatabaseLog = {
  /** Resolves when what was committed before is on the disk; rejects when it may not be. */
  readonly sync: () => Promise<void>;
  /** Once nothing is under way. The disk keeps what it has. */
  readonly close: () => Promise<void>;
};

/**
 * The log of a database that is open here in WAL mode: the file is there, and the same, until the database is closed. What a
 * process that was killed has left in it is on the disk when this returns.
 */
export function openLog(databaseFile: string): DatabaseLog {
  const file = openSync(`${databaseFile}-wal`, "r+");
  fdatasyncSync(file);
  const underWay = new Set<Promise<void>>();
  return {
    sync: async () => {
      const syncing = datasync(file);
      underWay.add(syncing);
      await syncing.finally(() => underWay.delete(syncing));
    },
    close: async () => {
      await Promise.allSettled(underWay);
      closeSync(file);
    },
  };
}
