import { writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Filter, unwrap } from "@intentcast/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../src/adapters/sqlite-open.ts";
import { schemaSteps } from "../src/adapters/sqlite-schema.ts";
import { sqliteStore } from "../src/adapters/sqlite-store.ts";
import { scopeOf } from "../src/core/scope.ts";
import { backUp, checkStore, databaseFile } from "../src/index.ts";
import { admitted, buyer, close, intent, now, profile, sealed, seller } from "./messages.ts";
import { publish, serve, temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** A folder in which a relay has stored so many messages, and the relay, still running. */
async function filled(count: number) {
  const data = await temporaryFolder(stack);
  const { relay, connect } = await serve(stack, { data });
  const client = await connect();
  for (let i = 1; i <= count; i++) await publish(client, close(i));
  return { data, relay, client };
}

describe("a backup", () => {
  test("is made while the relay runs, private, and is a whole store of its own", async () => {
    const { data, client } = await filled(5);
    const file = join(data, "backup.sqlite");
    expect(backUp(data, file)).toEqual({ messages: 5, head: 5 });
    await publish(client, close(6));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(checkStore(file)).toMatchObject({ messages: 5, head: 5, store: undefined, faultCount: 0 });
    expect(checkStore(databaseFile(data))).toMatchObject({ messages: 6, head: 6, faultCount: 0 });
  });

  test("is restored under another store id, because its positions go on otherwise", async () => {
    const { data, client } = await filled(2);
    const restored = await temporaryFolder(stack);
    backUp(data, databaseFile(restored));
    const { connect } = await serve(stack, { data: restored });
    const again = await connect();
    expect(again.hello.position).toBe(2);
    expect(again.hello.store).not.toEqual(client.hello.store);
    expect(await publish(again, close(1))).toMatchObject(["accepted", 1, { duplicate: true, position: 1 }]);
  });

  test("overwrites nothing, and says where there is nothing to copy", async () => {
    const { data } = await filled(1);
    const file = join(data, "taken");
    writeFileSync(file, "mine");
    expect(() => backUp(data, file)).toThrow(expect.objectContaining({ code: "backup-exists" }));
    const empty = await temporaryFolder(stack);
    expect(() => backUp(empty, join(empty, "b"))).toThrow(expect.objectContaining({ code: "data-missing" }));
  });
});

describe("a check", () => {
  const tamperedWith = async (sql: string) => {
    const { data, relay } = await filled(3);
    await relay.stop();
    const db = new DatabaseSync(databaseFile(data));
    db.exec(sql);
    db.close();
    return checkStore(databaseFile(data));
  };

  test("finds a message that is not as it was accepted, at its position", async () => {
    const checked = await tamperedWith(
      "UPDATE message SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'ff' AS BLOB) WHERE position = 2",
    );
    expect(checked).toMatchObject({ messages: 3, faultCount: 1, faults: [{ position: 2 }] });
    expect(checked.faults[0]?.what).toMatch(/verify\/signature/);
  });

  test("finds a column that says something else than its message", async () => {
    const checked = await tamperedWith("UPDATE message SET expires = expires + 1 WHERE position = 3");
    expect(checked.faults).toEqual([{ position: 3, what: "expires is not the message's" }]);
  });

  test("finds a message that is there twice", async () => {
    const checked = await tamperedWith(
      "INSERT INTO message (id, kind, issued, expires, bytes, topics) SELECT id, kind, issued, expires, bytes, topics FROM message LIMIT 1",
    );
    expect(checked.faults).toEqual([{ position: 4, what: "the message is here a second time" }]);
  });

  test("says what is no relay's database", async () => {
    const folder = await temporaryFolder(stack);
    writeFileSync(
      join(folder, "x"),
      "not a database at all, but long enough to look at it as if it were one",
    );
    expect(() => checkStore(join(folder, "x"))).toThrow(expect.objectContaining({ code: "data-missing" }));
  });
});

describe("a migration", () => {
  const saying = (sql: string) => (db: DatabaseSync) => db.exec(sql);

  test.each([1, 2])(
    "from version %i keeps positions, and finds what was stored by what it is about",
    async (version) => {
      const folder = await temporaryFolder(stack);
      const file = join(folder, "relay.sqlite");
      const db = openDatabase(file, (length) => new Uint8Array(length), schemaSteps.slice(0, version));
      const insert = db.prepare(
        "INSERT INTO message (id, kind, author, mailbox, issued, expires, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
      );
      for (const { id, kind, author, body, bytes } of [
        intent(1, "shopify/aa"),
        intent(2, "shopify/bb/1"),
        profile(1),
        close(1),
      ]) {
        insert.run(id, kind, author, null, body.issued, body.expires, bytes);
      }
      const mail = await sealed(1);
      insert.run(mail.id, mail.kind, null, mail.to, mail.issued, mail.expires, mail.bytes);
      db.exec("DELETE FROM message WHERE position IN (1, 4)");
      insert.run(close(2).id, "close", buyer.publicKey, null, now, now + 60, close(2).bytes);
      db.exec("DELETE FROM message WHERE position = 6");
      db.close();

      const store = sqliteStore(folder, (length) => new Uint8Array(length));
      stack.defer(() => store.close());
      const positions = async (filter: Filter) =>
        (await store.query(scopeOf(filter), 0, 10, now)).messages.map(({ position }) => position);
      expect(await positions({ categories: ["shopify/bb"] })).toEqual([2]);
      expect(await positions({ authors: [seller.publicKey], kinds: ["profile"] })).toEqual([3]);
      expect(await positions({ mailboxes: [mail.to] })).toEqual([5]);
      expect(await positions({})).toEqual([2, 3]);
      expect(store.head).toBe(6);
      const next = await store.append([
        admitted(profile(1)),
        admitted(profile(2, { issued: now })),
        admitted(mail),
      ]);
      expect(unwrap(next).map((one) => "position" in one && one.position)).toEqual([3, 7, 5]);
      expect(await positions({ kinds: ["profile"] })).toEqual([7]);
    },
  );

  test("brings an earlier version to the present one step by step, and keeps what is stored", async () => {
    const folder = await temporaryFolder(stack);
    const file = join(folder, "relay.sqlite");
    const random = (length: number) => new Uint8Array(length).fill(1);
    const steps = [
      ...schemaSteps,
      saying("CREATE TABLE later (x INTEGER) STRICT"),
      saying("INSERT INTO later VALUES (7)"),
    ];
    openDatabase(file, random).close();
    const db = openDatabase(file, random, steps);
    expect(db.prepare("SELECT x FROM later").get()).toEqual({ x: 7 });
    expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: steps.length });
    db.close();
    expect(() => openDatabase(file, random)).toThrow(expect.objectContaining({ code: "data-newer" }));
  });

  test("that fails half-way leaves the version before it", async () => {
    const folder = await temporaryFolder(stack);
    const file = join(folder, "relay.sqlite");
    const random = (length: number) => new Uint8Array(length);
    openDatabase(file, random).close();
    const broken = [
      ...schemaSteps,
      saying("CREATE TABLE later (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"),
    ];
    expect(() => openDatabase(file, random, broken)).toThrow(/nowhere/);
    const db = openDatabase(file, random);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'later'").get()).toBeUndefined();
    db.close();
  });
});
