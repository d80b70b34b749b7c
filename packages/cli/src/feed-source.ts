/** A product feed that changes: a file or a URL, read again on a schedule, and taken when its content is another. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import type { UnixSeconds } from "@intentcast/protocol";
import { Failure } from "./failure.ts";
import { systemClock } from "./system.ts";

/** A feed beyond this is a mistake, or somebody's attack on the shop's memory. */
const mostBytes = 64 * 1024 * 1024;
const fetchTimeoutMs = 60_000;

export type FeedSource = {
  /** The file or URL, as the user named it. */
  readonly name: string;
  readonly isUrl: boolean;
  readonly read: () => Promise<Copy>;
};

/** A feed's content at one moment. */
export type Copy = {
  readonly bytes: Uint8Array;
  /** When it was asked for. */
  readonly readAt: UnixSeconds;
  /** When it was written: a file's time of change, or what a server says in `Last-Modified`. In Unix seconds. */
  readonly writtenAt?: UnixSeconds;
};

export function feedSource(name: string, folder: string): FeedSource {
  const isUrl = /^https?:\/\//.test(name);
  return { name, isUrl, read: isUrl ? () => fetchFeed(name) : () => readFeedFile(resolve(folder, name)) };
}

/**
 * The feed's content now, and again whenever a later reading finds another or the same written anew, as its stock is then
 * counted anew. A first reading that fails throws; a later one is told to `failed`, and what was read before stands.
 */
export async function* editions(
  source: FeedSource,
  everySeconds: number,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): AsyncGenerator<Copy, void, undefined> {
  let present = await source.read();
  yield present;
  while (await elapses(everySeconds, signal)) {
    try {
      const next = await source.read();
      if (next.writtenAt === present.writtenAt && digest(next.bytes) === digest(present.bytes)) continue;
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

/** What tells a feed's content from another. */
export const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function readFeedFile(path: string): Promise<Copy> {
  const readAt = systemClock();
  await using file = await open(path);
  const { size, mtimeMs } = await file.stat();
  if (size > mostBytes) throw tooLarge(path);
  return { bytes: new Uint8Array(await file.readFile()), readAt, writtenAt: Math.floor(mtimeMs / 1000) };
}

async function fetchFeed(url: string): Promise<Copy> {
  const readAt = systemClock();
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
  const written = Date.parse(response.headers.get("last-modified") ?? "");
  return {
    bytes: new Uint8Array(Buffer.concat(chunks)),
    readAt,
    ...(!Number.isNaN(written) && { writtenAt: Math.floor(written / 1000) }),
  };
}

const tooLarge = (name: string): Failure =>
  new Failure(`${name} is larger than ${mostBytes / 1024 / 1024} MiB`);
