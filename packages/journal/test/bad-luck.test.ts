/** A journal on a disk that is full or has rotted: what is wrong is said, and what had been promised is kept. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { temporaryFolder } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { sqliteJournal } from "../src/sqlite.ts";

const entry = (number: number) => ({
  kind: "sent",
  key: `${number}`,
  value: new Uint8Array(3000).fill(number),
});

/** A journal's file with so many entries. */
async function filled(path: string, count: number): Promise<void> {
  await using journal = sqliteJournal(path);
  for (let number = 1; number <= count; number++) await journal.append(entry(number));
}

test("when the system lets no file grow, appends fail; when it does again, they succeed, in one process", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.journal");
  const source = JSON.stringify(join(import.meta.dirname, "../src/sqlite.ts"));
  // Tells the outcome of each append; begins to wait for a line before each when one has failed.
  const program = `
    import { sqliteJournal } from ${source};
    const journal = sqliteJournal(process.argv[1]);
    const lines = (await import("node:readline")).createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    let mustWait = false;
    for (let number = 1; number <= 400; number++) {
      if (mustWait) await lines.next();
      const outcome = await journal
        .append({ kind: "sent", key: String(number), value: new Uint8Array(3000).fill(number) })
        .catch((error) => error.code);
      mustWait ||= typeof outcome === "string";
      console.log(outcome);
    }
    process.exit();`;
  const limit = `--fsize=${512 * 1024}:unlimited`;
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--input-type=module"];
  const child = spawn("prlimit", [limit, ...node, "--eval", program, path]);
  const outcomes = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await outcomes.next()).value);
  let kept = 0;
  let outcome = await next();
  for (; outcome !== "journal-failed"; outcome = await next()) expect(Number(outcome)).toBe(++kept);
  expect(kept).toBeGreaterThan(10);
  child.stdin.write("\n");
  expect(await next()).toBe("journal-failed");

  await promisify(execFile)("prlimit", ["--pid", String(child.pid), "--fsize=unlimited"]);
  child.stdin.write("\n");
  expect(await next()).toBe(`${kept + 1}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  await using journal = sqliteJournal(path);
  const keys = (await journal.read()).map(({ key }) => Number(key));
  expect(keys).toEqual([...Array.from({ length: kept }, (_, i) => i + 1), kept + 3]);
});

test.each([
  ["half", 0.5],
  ["a few pages", 0.1],
])("a journal of which %s is there is refused as broken, and left as it is", async (_, share) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.journal");
  await filled(path, 100);
  truncateSync(path, Math.floor((readFileSync(path).length * share) / 4096) * 4096);
  const before = readFileSync(path);
  const reading = async () => {
    await using journal = sqliteJournal(path);
    return journal.read();
  };
  await expect(reading()).rejects.toMatchObject({ name: "IntentcastError", code: "journal-broken" });
  expect(readFileSync(path)).toEqual(before);
});

test("a journal whose pages have been overwritten is refused as broken", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.journal");
  await filled(path, 100);
  const file = readFileSync(path);
  file.fill(0xff, 4096);
  writeFileSync(path, file);
  const reading = async () => {
    await using journal = sqliteJournal(path);
    return journal.read();
  };
  await expect(reading()).rejects.toMatchObject({ code: "journal-broken" });
});
