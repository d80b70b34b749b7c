/** Bytes that a user names: a file, standard input as "-", or hex and base64url typed out. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fromBase64url, parseHex } from "@intentcast/protocol";
import { usage } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export async function readBytes(source: string, terminal: Terminal): Promise<Uint8Array> {
  if (source === "-") return new Uint8Array(await terminal.readInput());
  const file = await readIfFile(resolve(terminal.folder, source));
  const bytes = file ?? parseHex(source.toLowerCase()) ?? parseBase64url(source);
  if (bytes === undefined) throw usage(`${source} is no file, and neither hex nor base64url.`);
  return bytes;
}

async function readIfFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // A long argument in hex is no file name either.
    if (code === "ENOENT" || code === "ENAMETOOLONG") return undefined;
    throw error;
  }
}

function parseBase64url(text: string): Uint8Array | undefined {
  try {
    return text === "" ? undefined : fromBase64url(text);
  } catch {
    return undefined;
  }
}
