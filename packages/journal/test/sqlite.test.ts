import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sqliteJournal } from "../src/sqlite.ts";
import { journalContract } from "./journal-contract.ts";

let folder: string;
let count = 0;
const newPath = (): string => join(folder, `${++count}.journal`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const value = Uint8Array.of(1, 2, 3);
const mode = (path: string): number => statSync(path).mode & 0o777;

journalContract(() => sqliteJournal(newPath()));

describe("a journal in SQLite", () => {
  test("keeps its entries when it is opened again", async () => {
    const path = newPath();
    {
      await using journal = sqliteJournal(path);
      await journal.append({ kind: "cast", key: "k", value });
    }
    await using journal = sqliteJournal(path);
    expect(await journal.read()).toEqual([{ position: 1, kind: "cast", key: "k", value }]);
    expect(await journal.append({ kind: "cast", key: "k", value })).toBe("taken");
    expect(await journal.append({ kind: "cast", value })).toBe(2);
  });

  test("shows what another handle on the same file appended", async () => {
    const path = newPath();
    await using one = sqliteJournal(path);
    await using other = sqliteJournal(path);
    expect(await one.append({ kind: "award", key: "k", value })).toBe(1);
    expect(await other.append({ kind: "award", key: "k", value })).toBe("taken");
    expect(await other.append({ kind: "award", value })).toBe(2);
    expect(await one.read(1)).toHaveLength(1);
  });

  test("makes its file, and those beside it, for the owner alone, whatever the umask", async () => {
    const path = join(folder, "new", "folder", "a.journal");
    const umask = process.umask(0);
    try {
      await using journal = sqliteJournal(path);
      await journal.append({ kind: "cast", value });
      const files = readdirSync(join(folder, "new", "folder"));
      expect(files.sort()).toEqual(["a.journal", "a.journal-shm", "a.journal-wal"]);
      for (const file of files) expect(mode(join(folder, "new", "folder", file))).toBe(0o600);
      expect(mode(join(folder, "new", "folder"))).toBe(0o700);
    } finally {
      process.umask(umask);
    }
  });

  test.each([0o640, 0o604, 0o620, 0o666])("refuses a file of mode %o and says what to do", async (loose) => {
    const path = newPath();
    await sqliteJournal(path)[Symbol.asyncDispose]();
    chmodSync(path, loose);
    expect(() => sqliteJournal(path)).toThrow(
      expect.objectContaining({ code: "journal-unsafe", message: expect.stringContaining("chmod 600") }),
    );
  });

  test("refuses a symbolic link, even one to a sound journal or to nothing", async () => {
    const target = newPath();
    await sqliteJournal(target)[Symbol.asyncDispose]();
    const link = newPath();
    symlinkSync(target, link);
    const dangling = newPath();
    symlinkSync(newPath(), dangling);
    for (const path of [link, dangling]) {
      expect(() => sqliteJournal(path)).toThrow(expect.objectContaining({ code: "journal-unsafe" }));
    }
  });

  test("refuses a folder", () => {
    const path = newPath();
    mkdirSync(path);
    expect(() => sqliteJournal(path)).toThrow(expect.objectContaining({ code: "journal-unsafe" }));
  });

  test("refuses a file that is no database, and leaves it as it is", () => {
    const path = newPath();
    writeFileSync(path, "seed words or a shopping list, but nothing of ours\n".repeat(50), { mode: 0o600 });
    const before = statSync(path);
    expect(() => sqliteJournal(path)).toThrow(expect.objectContaining({ code: "journal-broken" }));
    expect(statSync(path).size).toBe(before.size);
  });

  test("refuses a database of something else, an empty file, and a journal of a later version", async () => {
    const foreign = newPath();
    writeFileSync(foreign, "", { mode: 0o600 });
    const later = newPath();
    await sqliteJournal(later)[Symbol.asyncDispose]();
    for (const [path, sql] of [
      [foreign, "CREATE TABLE t (a)"],
      [later, "PRAGMA user_version = 2"],
    ] as const) {
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
    }
    const empty = newPath();
    writeFileSync(empty, "", { mode: 0o600 });
    for (const path of [foreign, empty]) {
      expect(() => sqliteJournal(path)).toThrow(expect.objectContaining({ code: "journal-broken" }));
    }
    expect(() => sqliteJournal(later)).toThrow(expect.objectContaining({ code: "journal-version" }));
  });

  test("says that it failed when its folder cannot be made", () => {
    const file = newPath();
    writeFileSync(file, "");
    expect(() => sqliteJournal(join(file, "a.journal"))).toThrow(
      expect.objectContaining({ code: "journal-failed", stage: "session" }),
    );
  });
});

type Report = { readonly key: number; readonly outcome: number | "taken" };

async function startAppender(...args: string[]): Promise<{ child: ChildProcess; reports: Report[] }> {
  const child = fork(join(import.meta.dirname, "appender.ts"), args);
  const reports: Report[] = [];
  await once(child, "message");
  child.on("message", (report) => reports.push(report as Report));
  return { child, reports };
}

describe("several processes with one journal in SQLite", () => {
  test("for each key exactly one of them wins, although all make the file and write at once", async () => {
    const path = newPath();
    const appenders = await Promise.all(["a", "b", "c"].map((mark) => startAppender(path, "1", "40", mark)));
    for (const { child } of appenders) child.send("go");
    await Promise.all(
      appenders.map(({ child }) => Promise.all([once(child, "disconnect"), once(child, "exit")])),
    );

    await using journal = sqliteJournal(path);
    const entries = await journal.read();
    expect(entries.map(({ key }) => Number(key)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    const won = appenders.flatMap(({ reports }) => reports).filter(({ outcome }) => outcome !== "taken");
    expect(won.map(({ key, outcome }) => [outcome, `${key}`]).sort()).toEqual(
      entries.map(({ position, key }) => [position, key]).sort(),
    );
  });

  test("what a process had been promised is there after the process was killed", async () => {
    const path = newPath();
    const { child, reports } = await startAppender(path, "1", "100000", "a");
    child.send("go");
    while (reports.length < 50) await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");

    await using journal = sqliteJournal(path);
    const kept = new Set((await journal.read()).map(({ key }) => Number(key)));
    for (const { key } of reports) expect(kept).toContain(key);
  });
});
