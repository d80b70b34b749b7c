/** The store on a disk: the contract, and what only a disk can show. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { unwrap } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteStore } from "../src/adapters/sqlite-store.ts";
import { admitted, close, now } from "./messages.ts";
import { temporaryFolder } from "./serving.ts";
import { storeContract } from "./store-contract.ts";

const open = (folder: string, seed = 1) => sqliteStore(folder, seededRandom(seed));

storeContract("the SQLite store", async (stack) => {
  const store = open(await temporaryFolder(stack));
  stack.defer(() => store.close());
  return store;
});

describe("a data folder", () => {
  let stack: AsyncDisposableStack;
  let folder: string;
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    folder = join(await temporaryFolder(stack), "data");
  });
  afterEach(() => stack.disposeAsync());

  test("keeps messages, positions and the store's id from one run to the next", async () => {
    const first = open(folder);
    await first.append([admitted(close(1)), admitted(close(2, { expires: now + 1 }))]);
    await first.removeExpired(now + 1, 10);
    await first.close();
    const second = open(folder, 2);
    stack.defer(() => second.close());
    expect(second.id).toEqual(first.id);
    expect(second.head).toBe(2);
    expect(unwrap(await second.append([admitted(close(1)), admitted(close(3))]))).toEqual([
      { outcome: "duplicate", position: 1 },
      { outcome: "stored", position: 3 },
    ]);
  });

  test("is refused to a second holder, who is told of the first", async () => {
    const store = open(folder);
    stack.defer(() => store.close());
    expect(() => open(folder)).toThrow(
      expect.objectContaining({
        code: "data-held",
        message: `${folder} is in use by process ${process.pid}`,
      }),
    );
  });

  test("is free again when its holder has been killed", async () => {
    const script = `
      import { holdFolder } from ${JSON.stringify(join(import.meta.dirname, "../src/adapters/folder-lock.ts"))};
      const release = holdFolder(process.argv[1]);
      console.log("held");
      setInterval(() => release === undefined, 1000);`;
    const holder = execFile(process.execPath, ["--input-type=module", "-e", script, folder]);
    await once(holder.stdout ?? holder, "data");
    expect(() => open(folder)).toThrow(`in use by process ${holder.pid}`);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await open(folder).close();
  });

  test("is readable by its owner alone", async () => {
    const store = open(folder);
    stack.defer(() => store.close());
    await store.append([admitted(close(1))]);
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect(mode(folder)).toBe(0o700);
    for (const name of readdirSync(folder)) expect([name, mode(join(folder, name))]).toEqual([name, 0o600]);
  });

  test("is refused when a later version wrote it", async () => {
    await open(folder).close();
    const db = new DatabaseSync(join(folder, "relay.sqlite"));
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: "data-newer" }));
    // The refusal leaves nothing held.
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: "data-newer" }));
  });

  test("a batch that cannot be written leaves no trace, and the next one can", async () => {
    const store = open(folder);
    stack.defer(() => store.close());
    const other = new DatabaseSync(join(folder, "relay.sqlite"));
    other.exec("BEGIN IMMEDIATE");
    const refused = await store.append([admitted(close(1))]);
    expect(refused).toMatchObject({ ok: false, error: { stage: "store", code: "store-failed" } });
    other.exec("ROLLBACK");
    other.close();
    expect(store.head).toBe(0);
    expect(unwrap(await store.append([admitted(close(1))]))).toEqual([{ outcome: "stored", position: 1 }]);
  });

  test("a full disk is told from other failures", async () => {
    const store = open(folder);
    stack.defer(() => store.close());
    const other = new DatabaseSync(join(folder, "relay.sqlite"));
    // SQLite raises SQLITE_FULL too when a table has used up all its positions (sqlite.org/autoinc.html).
    other.exec("INSERT INTO sqlite_sequence VALUES ('message', 9223372036854775807)");
    other.close();
    const refused = await store.append([admitted(close(1))]);
    expect(refused).toMatchObject({ ok: false, error: { stage: "store", code: "store-full" } });
  });
});
