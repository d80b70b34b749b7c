/** Reads everything in a store again, and says what is not as it was when it was accepted. */
import type { DatabaseSync } from "node:sqlite";
import {
  compareBytes,
  describeReject,
  type Message,
  readMessage,
  type VerifyEquation,
} from "@intentcast/protocol";
import { timesOf, topicsOf } from "../ports/store.ts";
import { nodeEquation } from "./node-crypto.ts";
import { openToRead, versionOf } from "./sqlite-open.ts";

export type Fault = { readonly position?: number; readonly what: string };

export type Checked = {
  readonly version: number;
  /** Absent from a backup, which gets one when a relay first opens it. */
  readonly store: Uint8Array | undefined;
  readonly messages: number;
  /** The last position given. */
  readonly head: number;
  /** At most a thousand; {@link Checked.faultCount} counts them all. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
};

export type CheckOptions = {
  readonly equation?: VerifyEquation;
  /** Called after every so many messages. */
  readonly progress?: (messages: number, of: number) => void;
};

const reportedFaults = 1000;
const progressEvery = 10_000;

type Row = Readonly<Record<"position" | "issued" | "expires", number>> & {
  readonly id: Uint8Array;
  readonly kind: string;
  readonly profile: Uint8Array | null;
  /** Absent from a store of an earlier version. */
  readonly topics?: string;
  readonly bytes: Uint8Array;
};

const isSame = (stored: Uint8Array | null, read: Uint8Array | null): boolean =>
  stored === null || read === null ? stored === read : compareBytes(stored, read) === 0;

/** The columns that say something else than the message; an earlier version has not all of them. */
function columnsAtOdds(row: Row, message: Message): string[] {
  const { issued, expires } = timesOf(message);
  const agree: Readonly<Record<string, boolean>> = {
    id: isSame(row.id, message.id),
    kind: row.kind === message.kind,
    profile: isSame(row.profile, message.kind === "profile" ? message.author : null),
    issued: row.issued === issued,
    expires: row.expires === expires,
    topics: row.topics === undefined || row.topics === topicsOf(message).join(" "),
  };
  return Object.keys(agree).filter((column) => column in row && !agree[column]);
}

function faultsOf(row: Row, head: number, equation: VerifyEquation): string[] {
  const message = readMessage(row.bytes, equation);
  const place = row.position >= 1 && row.position <= head ? [] : [`its position is not among 1 to ${head}`];
  if (!message.ok) return [...place, describeReject(message.error)];
  return [...place, ...columnsAtOdds(row, message.value).map((column) => `${column} is not the message's`)];
}

const numberIn = (db: DatabaseSync, sql: string): number =>
  Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);

/** SQLITE_CORRUPT (sqlite.org/rescode.html); extended codes have it in their last byte. */
const corrupt = 11;
const isCorruption = (cause: unknown): boolean =>
  ((cause as { errcode?: number }).errcode ?? 0) % 256 === corrupt;

/** SQLite's own findings, `ok` left out. */
const integrityFaults = (db: DatabaseSync): string[] =>
  db
    .prepare("PRAGMA integrity_check")
    .all()
    .map((row) => String(row["integrity_check"]))
    .filter((line) => line !== "ok");

/** Later places of messages that have an earlier one. */
const twice = `SELECT max(position) AS position FROM message GROUP BY substr(id, 1, 8), id HAVING count(*) > 1`;

/**
 * Checks a relay's database or a backup; a relay may be using it. Throws StartError: `data-missing`, `data-newer`.
 */
export function checkStore(path: string, { equation = nodeEquation, progress }: CheckOptions = {}): Checked {
  const db = openToRead(path);
  const faults: Fault[] = [];
  let faultCount = 0;
  const found = (fault: Fault): void => {
    faultCount += 1;
    if (faults.length < reportedFaults) faults.push(fault);
  };
  let [version, head, messages] = [0, 0, 0];
  let store: Uint8Array | undefined;
  try {
    version = versionOf(db);
    // One moment of the store, however much is written meanwhile.
    db.exec("BEGIN");
    for (const what of integrityFaults(db)) found({ what });
    store = db.prepare("SELECT value FROM meta WHERE key = 'store'").get()?.["value"] as typeof store;
    head = numberIn(db, "SELECT seq FROM sqlite_sequence WHERE name = 'message'");
    for (const { position } of db.prepare(twice).iterate()) {
      found({ position: Number(position), what: "the message is here a second time" });
    }
    const total = numberIn(db, "SELECT count(*) FROM message");
    for (const row of db.prepare("SELECT * FROM message ORDER BY position").iterate()) {
      const { position } = row as Row;
      for (const what of faultsOf(row as Row, head, equation)) found({ position, what });
      messages += 1;
      if (messages % progressEvery === 0) progress?.(messages, total);
    }
  } catch (cause) {
    if (!isCorruption(cause)) throw cause;
    found({ what: `reading stopped: ${(cause as Error).message}` });
  } finally {
    db.close();
  }
  return { version, store, messages, head, faults, faultCount };
}
