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
import type { Store } from "../src/ports/store.ts";
import { admitted, close, now } from "./messages.ts";
import { temporaryFolder } from "./serving.ts";
import { storeContract } from "./store-contract.ts";

const open = (folder: string, seed = 1) => sqliteStore(folder, seededRandom(seed));

storeContract("the SQLite store", async (stack) => {
  const store = open(await temporaryFolder(stack));
  stack.defer(() => store.close());
  return store;
});

describe("until it is on the disk", () => {
  let stack: AsyncDisposableStack;
  let folder: string;
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    folder = await temporaryFolder(stack);
  });
  afterEach(() => stack.disposeAsync());

  /** What a store shows of the first message. */
  async function shown(store: Store) {
    const { id } = close(1);
    const { messages } = await store.query({ kinds: ["close"] }, 0, 10, now);
    return {
      head: store.head,
      has: await store.has(id),
      held: (await store.get(id))?.position,
      listed: (await store.list(0, 10)).length,
      queried: messages.length,
    };
  }
  const nothing = { head: 0, has: false, held: undefined, listed: 0, queried: 0 };
  const everything = { head: 1, has: true, held: 1, listed: 1, queried: 1 };

  /** Opens a store whose log is put on the disk when the test says so. */
  function openHeldUp() {
    const disk = Promise.withResolvers<void>();
    const log = { sync: () => disk.promise, close: async () => {} };
    return { store: sqliteStore(folder, seededRandom(1), {}, () => log), disk };
  }

  test("a message is not shown", async () => {
    const { store, disk } = openHeldUp();
    stack.defer(() => store.close());
    const appending = store.append([admitted(close(1))]);
    expect(await shown(store)).toEqual(nothing);
    disk.resolve();
    unwrap(await appending);
    expect(await shown(store)).toEqual(everything);
  });

  test("and where it cannot be, nothing more is taken before the store is opened anew", async () => {
    const { store, disk } = openHeldUp();
    const appending = store.append([admitted(close(1))]);
    disk.reject(new Error("EIO: i/o error, fdatasync"));
    const refused = {
      ok: false,
      error: {
        code: "store-failed",
        detail: "EIO: i/o error, fdatasync; restart the relay once the disk is well",
      },
    };
    expect(await appending).toMatchObject(refused);
    expect(await store.append([admitted(close(2))])).toMatchObject(refused);
    expect(await shown(store)).toEqual(nothing);
    await store.close();
    const anew = open(folder);
    stack.defer(() => anew.close());
    expect(await shown(anew)).toEqual(everything);
    expect(unwrap(await anew.append([admitted(close(2))]))).toEqual([{ outcome: "stored", position: 2 }]);
  });
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
