/** A wallet whose files are half written, of another version or open to others: said with a code, and left as it is. */
import { chmod, cp, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startRelay } from "@intentcast/relay";
import { temporaryFolder } from "@intentcast/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { records, run } from "./program.ts";

const journal = "buyer/journal.sqlite";
const key = "buyer/seed.key";

/** What has happened to which of the wallet's two files, and how that is refused. */
const damages: readonly (readonly [
  what: string,
  file: string,
  damage: (path: string) => unknown,
  code: string,
])[] = [
  [
    "a journal of which half is there",
    journal,
    async (path) => truncate(path, (await readFile(path)).length / 2),
    "journal-broken",
  ],
  ["a journal that is no database", journal, (path) => writeFile(path, "wallet\n"), "journal-broken"],
  ["an empty journal", journal, (path) => writeFile(path, ""), "journal-broken"],
  [
    "a journal of a later version",
    journal,
    (path) => {
      using database = new DatabaseSync(path);
      database.exec("PRAGMA user_version = 99");
    },
    "journal-version",
  ],
  ["a journal that others can read", journal, (path) => chmod(path, 0o644), "journal-unsafe"],
  ["a key file of which half is there", key, (path) => truncate(path, 90), "key-file-broken"],
  [
    "a key file of a later version",
    key,
    async (path) => writeFile(path, (await readFile(path, "utf8")).replace("version 1", "version 2")),
    "key-file-version",
  ],
  ["a key file that others can read", key, (path) => chmod(path, 0o644), "key-file-unsafe"],
];

describe("a wallet with", () => {
  const open = new AsyncDisposableStack();
  let folder: string;
  let atRelay: readonly string[];
  beforeAll(async () => {
    folder = open.use(await temporaryFolder()).path;
    const relay = open.use(await startRelay({ port: 0 }));
    atRelay = ["--relay", relay.url, "--json"];
    const cast = await run(folder, "cast", "a bell", "--wait", "1s", ...atRelay, "--data", "whole");
    expect(cast.code, cast.err).toBe(3);
  });
  afterAll(() => open.disposeAsync());

  it.each(damages)("%s is refused with a code, and nothing is written", async (what, file, damage, code) => {
    const data = join(folder, what);
    await cp(join(folder, "whole"), data, { recursive: true });
    await damage(join(data, file));
    const files = () => Promise.all([journal, key].map((name) => readFile(join(data, name))));
    const before = await files();
    const refused = await run(folder, "offers", ...atRelay, "--data", data);
    expect(records(refused)).toMatchObject([{ error: { code, stage: "session" } }]);
    expect(refused.code).toBe(1);
    expect(refused.err).not.toMatch(/\n {4}at /);
    expect(await files()).toEqual(before);
  });
});
