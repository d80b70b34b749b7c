/** Files that nobody but their owner reads. */
import { chmodSync, closeSync, openSync } from "node:fs";

/** Makes the file if there is none, before SQLite does: what SQLite puts beside it (-wal, -shm) takes its mode, 0600. */
export function makePrivate(path: string): void {
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}
