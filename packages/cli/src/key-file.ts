/** Key files: a seed's words in a file that only its owner can read, made once and never followed through a link. */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { newSeed, seedToWords, unwrap, wordsToSeed } from "@intentcast/protocol";
import { Failure } from "./failure.ts";
import { systemRandom } from "./system.ts";

const firstLine = "intentcast seed, version 1";

const code = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** Writes the seed as words to a new file; refuses to replace one. */
export async function writeKeyFile(path: string, seed: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  let file: FileHandle;
  try {
    file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  } catch (error) {
    if (code(error) !== "EEXIST") throw error;
    throw new Failure(`${path} exists already; a key file is never replaced. Name another with --file.`);
  }
  try {
    await file.writeFile(`${firstLine}\n${seedToWords(seed)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The seed in a key file; undefined where there is none. Refuses a link and a file that others can read. */
export async function readKeyFile(path: string): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (code(error) === "ENOENT") return undefined;
    if (code(error) === "ELOOP") throw new Failure(`${path} is a link; name the key file itself.`);
    throw error;
  }
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) throw new Failure(`${path} can be read by others; run: chmod 600 ${path}`);
    const [head, words = ""] = (await file.readFile("utf8")).split("\n");
    if (head !== firstLine)
      throw new Failure(`${path} is not a key file of this version; it begins otherwise.`);
    return unwrap(wordsToSeed(words));
  } finally {
    await file.close();
  }
}

/** The seed in the key file, which is made with a new one where it does not exist. */
export async function ensureKeyFile(path: string): Promise<{ seed: Uint8Array; made: boolean }> {
  const present = await readKeyFile(path);
  if (present !== undefined) return { seed: present, made: false };
  const seed = newSeed(systemRandom);
  await writeKeyFile(path, seed);
  return { seed, made: true };
}
