/** When a feed's present content was first seen: its stock is no newer, however often the content is fetched again. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { field, type UnixSeconds } from "@intentcast/protocol";
import * as z from "zod/mini";
import { type Copy, digest } from "./feed-source.ts";

const seenForm = z.strictObject({ sha256: z.string(), at: field.time });

/**
 * When this content was first seen, as the file `path` has it; where that knows nothing of it, when it was asked for, and
 * the file knows that from now on. So a restart does not take an old count for a new one, and holds what was sold since.
 */
export async function firstSeen(path: string, { bytes, readAt }: Copy): Promise<UnixSeconds> {
  const sha256 = digest(bytes);
  const seen = await readSeen(path);
  if (seen?.sha256 === sha256) return seen.at;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify({ sha256, at: readAt }), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return readAt;
}

async function readSeen(path: string): Promise<z.infer<typeof seenForm> | undefined> {
  try {
    return seenForm.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}
