/** A wallet whose files are not as they should be, as a user meets it: one sentence, one code, nothing changed on the disk. */
import { chmod, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { records, run } from "./program.ts";

vi.setConfig({ testTimeout: 120_000 });

const nowhere = ["--relay", "ws://127.0.0.1:9", "--wait", "1s", "--data", "d", "--json"];

describe("a wallet is refused, with a code of its own and what to do, when", () => {
  it.each<[string, string, (buyer: string) => Promise<unknown>, RegExp]>([
    [
      "others can read its key file",
      "key-file-unsafe",
      (buyer) => chmod(join(buyer, "seed.key"), 0o644),
      /run: chmod 600 '.*seed\.key'/,
    ],
    [
      "its key file is half written",
      "key-file-broken",
      (buyer) => truncate(join(buyer, "seed.key"), 60),
      /words, not 24; restore it from your words/,
    ],
    [
      "its key file is of another version",
      "key-file-version",
      async (buyer) => {
        const text = await readFile(join(buyer, "seed.key"), "utf8");
        await writeFile(join(buyer, "seed.key"), text.replace("version 1", "version 7"));
      },
      /is of version 7, this program reads 1/,
    ],
    [
      "others can read its journal",
      "journal-unsafe",
      (buyer) => chmod(join(buyer, "journal.sqlite"), 0o640),
      /run: chmod 600 '.*journal\.sqlite'/,
    ],
    [
      "its journal is half written",
      "journal-broken",
      (buyer) => truncate(join(buyer, "journal.sqlite"), 4096),
      /journal\.sqlite/,
    ],
    [
      "its journal is no database",
      "journal-broken",
      (buyer) => writeFile(join(buyer, "journal.sqlite"), "wallet\n"),
      /journal\.sqlite/,
    ],
    [
      "its journal is empty",
      "journal-broken",
      (buyer) => writeFile(join(buyer, "journal.sqlite"), ""),
      /journal\.sqlite/,
    ],
    [
      "its journal is of another version",
      "journal-version",
      async (buyer) => {
        const database = new DatabaseSync(join(buyer, "journal.sqlite"));
        database.exec("PRAGMA user_version = 9");
        database.close();
      },
      /has format 9, this program reads format 1/,
    ],
  ])("%s: %s", async (_, code, damage, advice) => {
    await using folder = await temporaryFolder();
    await run(folder.path, "keygen", "--data", "d");
    expect(records(await run(folder.path, "status", ...nowhere))).toContainEqual(
      expect.objectContaining({ event: "wallet" }),
    );
    const buyer = join(folder.path, "d", "buyer");
    await damage(buyer);
    const before = await Promise.all(
      ["seed.key", "journal.sqlite"].map((name) => readFile(join(buyer, name))),
    );
    const refused = await run(folder.path, "offers", ...nowhere);
    expect(refused.code).toBe(1);
    expect(records(refused)).toMatchObject([{ error: { code, stage: "session" } }]);
    expect(refused.err).toMatch(advice);
    expect(refused.err).not.toMatch(/\n {4}at /);
    const after = await Promise.all(
      ["seed.key", "journal.sqlite"].map((name) => readFile(join(buyer, name))),
    );
    expect(after).toEqual(before);
  });
});
