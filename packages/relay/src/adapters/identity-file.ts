/** The key by which other relays know this one: in a file that only its owner can read, made once. */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { parseHex, type Random, toHex } from "@intentcast/protocol";
import { StartError } from "../ports/start-error.ts";

const othersPermissions = 0o077;

function make(path: string, random: Random): Uint8Array {
  const seed = random(32);
  const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    fchmodSync(file, 0o600);
    writeSync(file, `${toHex(seed)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return seed;
}

function read(path: string): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || (process.platform !== "win32" && (stat.mode & othersPermissions) !== 0))
      throw new StartError("identity-unsafe", `others may read ${path}; run: chmod 600 '${path}'`);
    const seed = parseHex(readFileSync(file, "utf8").trim());
    if (seed?.length !== 32)
      throw new StartError(
        "identity-unsafe",
        `${path} holds no key of 32 bytes in hex; mend it or remove it`,
      );
    return seed;
  } finally {
    closeSync(file);
  }
}

/**
 * The 32 secret bytes in the folder's `identity.key`, which is made where there is none. Throws StartError
 * `identity-unsafe`: it is a link, is open to others, or holds something else.
 */
export function identityIn(folder: string, random: Random): Uint8Array {
  const path = join(folder, "identity.key");
  try {
    return read(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ELOOP")
      throw new StartError("identity-unsafe", `${path} is a link; it must be the key file itself`, { cause });
    if (code !== "ENOENT") throw cause;
    return make(path, random);
  }
}
