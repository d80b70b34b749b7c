/** Key files: a seed's words in a file that only its owner can read, locked with a passphrase if asked, never replaced. */
import { constants } from "node:fs";
import { type FileHandle, link, mkdir, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import {
  IntentcastError,
  newSeed,
  type RejectCode,
  reject,
  seedToWords,
  wordsToSeed,
} from "@intentcast/protocol";
import { Failure } from "./failure.ts";
import { isLocked, lock, lockedIn, unlock } from "./lock.ts";
import { howToGive, type Passphrase } from "./passphrase.ts";
import { systemRandom } from "./system.ts";

const title = "intentcast seed, version ";
const version = "1";

/** The passphrase is there where the key file is locked with it. */
export type Keys = { readonly seed: Uint8Array; readonly passphrase?: string };

const refusal = (code: RejectCode, detail: string): IntentcastError =>
  new IntentcastError(reject(code, detail).error);

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/**
 * Writes the seed as words to a new file, locked where a passphrase is given; refuses to replace one. The file gets its
 * name when it is whole and on the disk, so that a crash leaves no half of one.
 */
export async function writeKeyFile(path: string, { seed, passphrase }: Keys): Promise<void> {
  const text = `${title}${version}\n${seedToWords(seed)}\n`;
  const content = passphrase === undefined ? text : await lock(text, passphrase);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}-${process.hrtime.bigint()}.new`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    throw new Failure(`${path} exists already; a key file is never replaced. Name another with --file.`);
  } finally {
    await file.close();
    await unlink(draft);
  }
}

/**
 * The keys in a key file; undefined where there is none. Throws an IntentcastError: `key-file-unsafe` for a link and for
 * a file that others can reach, `key-file-broken` where it is none or not whole, `key-file-version` for another version's,
 * and `key-file-locked` without the right passphrase. No refusal repeats a word of it.
 */
export async function readKeyFile(path: string, passphrase: Passphrase): Promise<Keys | undefined> {
  const content = await readPrivately(path);
  if (content === undefined) return undefined;
  if (!isLocked(content)) return { seed: seedIn(content, path) };
  const locked = lockedIn(content);
  if (locked === undefined)
    throw refusal("key-file-broken", `${path} is locked, and a part of it is missing`);
  const words = await passphrase.toOpen(path);
  if (words === undefined) throw refusal("key-file-locked", `${path}; ${howToGive}`);
  const opened = await unlock(locked, words);
  if (opened === undefined) throw refusal("key-file-locked", `${path}: not with this passphrase`);
  return { seed: seedIn(opened, path), passphrase: words };
}

/** The keys in the key file, which is made with a new seed where it does not exist. */
export async function ensureKeyFile(
  path: string,
  passphrase: Passphrase,
): Promise<{ keys: Keys; made: boolean }> {
  const present = await readKeyFile(path, passphrase);
  if (present !== undefined) return { keys: present, made: false };
  const given = await passphrase.given();
  const keys = { seed: newSeed(systemRandom), ...(given !== undefined && { passphrase: given }) };
  await writeKeyFile(path, keys);
  return { keys, made: true };
}

async function readPrivately(path: string): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === "ELOOP")
      throw refusal("key-file-unsafe", `${path} is a link; name the key file itself`);
    throw error;
  }
  try {
    const found = await file.stat();
    if (!found.isFile()) throw refusal("key-file-unsafe", `${path} is not a plain file`);
    // Windows has no such permissions: Node reports some that nobody set.
    if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
      throw refusal("key-file-unsafe", `others may read or write ${path}; run: chmod 600 '${path}'`);
    }
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}

function seedIn(content: Uint8Array, path: string): Uint8Array {
  const [head = "", words = ""] = Buffer.from(content).toString("utf8").split("\n");
  if (!head.startsWith(title)) throw refusal("key-file-broken", `${path} does not begin like a key file`);
  if (head !== `${title}${version}`) {
    const found = /^[\w.]{1,10}$/.exec(head.slice(title.length))?.[0] ?? "unknown";
    throw refusal("key-file-version", `${path} is of version ${found}, this program reads ${version}`);
  }
  const seed = wordsToSeed(words);
  if (!seed.ok) throw refusal("key-file-broken", `${path}: ${seed.error.detail}; restore it from your words`);
  return seed.value;
}
