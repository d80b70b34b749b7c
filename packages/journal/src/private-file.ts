/** Files that hold what is nobody else's business: made for the owner alone, and refused when others can reach them. */
import { closeSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { ok, type Reject, type Result, reject } from "@intentcast/protocol";

/** Any permission of the group's or of everyone's. */
const othersPermissions = 0o077;

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/**
 * Whether `path` may be opened: `absent`, or a plain file that its owner alone can read and write; otherwise
 * `journal-unsafe`, with what to do about it. It looks at the name and opens nothing: closing any descriptor of
 * a SQLite file drops the POSIX locks that this process holds on it.
 */
export function inspectPrivateFile(path: string): Result<"present" | "absent", Reject> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return ok("absent");
  if (found.isSymbolicLink()) {
    return reject("journal-unsafe", `${path} is a symbolic link; name the file that it stands for`);
  }
  if (!found.isFile()) return reject("journal-unsafe", `${path} is not a plain file`);
  // Windows has no such permissions: Node reports some that nobody set.
  if (process.platform !== "win32" && (found.mode & othersPermissions) !== 0) {
    return reject("journal-unsafe", `others may read or write ${path}; run: chmod 600 '${path}'`);
  }
  return ok("present");
}

/**
 * Lets `fill` build a file under another name and then gives it its own, all at once: nobody ever sees it half
 * built, and a file that appeared under that name in the meantime is left as it is.
 */
export function createPrivateFile(path: string, fill: (draftPath: string) => void): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draftPath = `${path}.${process.pid}-${process.hrtime.bigint()}.new`;
  closeSync(openSync(draftPath, "wx", 0o600));
  try {
    fill(draftPath);
    linkSync(draftPath, path);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  } finally {
    unlinkSync(draftPath);
  }
  syncFolder(dirname(path));
}

/** Without this, a loss of power can take the new name away although the file's content is on the disk. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
