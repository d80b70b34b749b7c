/** A product feed that changes: a file or a URL, read again on a schedule, and taken when its content is another. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { Failure } from "./failure.ts";

/** A feed beyond this is a mistake, or somebody's attack on the shop's memory. */
const mostBytes = 64 * 1024 * 1024;
const fetchTimeoutMs = 60_000;

export type FeedSource = {
  /** The file or URL, as the user named it. */
  readonly name: string;
  readonly isUrl: boolean;
  readonly read: () => Promise<Uint8Array>;
};

export function feedSource(name: string, folder: string): FeedSource {
  const isUrl = /^https?:\/\//.test(name);
  return { name, isUrl, read: isUrl ? () => fetchFeed(name) : () => readFeedFile(resolve(folder, name)) };
}

/**
 * The feed's content now, and again whenever a later reading finds another. A first reading that fails throws; a later
 * one is told to `failed`, and what was read before stands.
 */
export async function* editions(
  source: FeedSource,
  everySeconds: number,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let present = await source.read();
  yield present;
  while (await elapses(everySeconds, signal)) {
    try {
      const next = await source.read();
      if (digest(next) === digest(present)) continue;
      present = next;
    } catch (error) {
      failed(error);
      continue;
    }
    yield present;
  }
}

/** False when the signal comes first. */
async function elapses(seconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await after(seconds * 1000, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function readFeedFile(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size > mostBytes) throw tooLarge(path);
  return new Uint8Array(await file.readFile());
}

async function fetchFeed(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(fetchTimeoutMs) }).catch(
    (error: unknown) => {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new Failure(`${url} cannot be fetched: ${cause}`);
    },
  );
  if (!response.ok) throw new Failure(`${url} answers ${response.status} ${response.statusText}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > mostBytes) throw tooLarge(url);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const tooLarge = (name: string): Failure =>
  new Failure(`${name} is larger than ${mostBytes / 1024 / 1024} MiB`);
