/** The pool against the relay itself. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  IntentcastError,
  intentKeys,
  openSealed,
  type Private,
  type Sealed,
  sealMessage,
  toHex,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { sampleBodies } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectRelays, type PoolOptions, type RelayPool, type Subscription } from "../src/index.ts";
import { closeMessage, closeMessages, now, ours, signer } from "./messages.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const start = async (): Promise<Relay> => stack.use(await startRelay({ port: 0, clock: () => now }));

/** Reconnects within milliseconds: what is random is only how long it waits. */
const soon = (length: number): Uint8Array => new Uint8Array(length).fill(1);

const connect = (relays: readonly string[], options: Partial<PoolOptions> = {}): RelayPool =>
  stack.use(connectRelays({ relays, clock: () => now, random: soon, ...options }));

async function take(subscription: Subscription, count: number): Promise<string[]> {
  const taken: string[] = [];
  for await (const { message } of subscription) if (taken.push(toHex(message.bytes)) === count) break;
  return taken;
}

const publishAll = (pool: RelayPool, messages: readonly Uint8Array[]): Promise<unknown> =>
  Promise.all(messages.map((bytes) => pool.publish(bytes)));

describe("with a relay", () => {
  test("what one client publishes another gets, and the publisher learns how many it matched", async () => {
    const relay = await start();
    const seller = connect([relay.url]).subscribe(ours);
    await seller.caughtUp;
    const message = closeMessage(1);
    const pool = connect([relay.url]);
    const published = await pool.publish(message.bytes);
    expect(published.accepted).toEqual([
      { relay: relay.url, store: pool.status()[0]?.store, position: 1, matched: 1, duplicate: false },
    ]);
    expect(await take(seller, 1)).toEqual([toHex(message.bytes)]);
  });

  test("a message that it does not admit is refused with its code", async () => {
    const relay = await start();
    const expired = closeMessage(1, signer, now - 100_000).bytes;
    const publishing = connect([relay.url]).publish(expired);
    await expect(publishing).rejects.toBeInstanceOf(IntentcastError);
    await expect(publishing).rejects.toMatchObject({ code: "expired", stage: "admit" });
  });

  test("a slow consumer gets all, although the relay may send only a few ahead", async () => {
    const relay = await start();
    const messages = closeMessages(60);
    const pool = connect([relay.url]);
    const subscription = pool.subscribe(ours, { window: 4 });
    await publishAll(connect([relay.url]), messages);
    const taken: string[] = [];
    for (let count = 1; count <= 60; count++) {
      taken.push(...(await take(subscription, 1)));
      expect(pool.status()[0]?.counts.received).toBeLessThanOrEqual(count + 4);
    }
    expect(taken.toSorted()).toEqual(messages.map(toHex).toSorted());
  });

  test("sealed messages reach whoever proves the mailbox, and nobody else", async () => {
    const relay = await start();
    const { mailbox } = intentKeys(new Uint8Array(32).fill(5), 0);
    const body = { ...sampleBodies().note, to: mailbox.signer.publicKey };
    const note = unwrap(writeMessage("note", body, signer)) as Private;
    const sealed = await sealMessage(
      note,
      { mailbox: mailbox.signer.publicKey, key: mailbox.key },
      { issued: now, expires: now + 3600 },
      (length) => crypto.getRandomValues(new Uint8Array(length)),
    );
    const pool = connect([relay.url]);
    await pool.publish(sealed.bytes);

    const subscription = pool.subscribe({}, { mailboxes: [mailbox.signer] });
    const { value } = await subscription[Symbol.asyncIterator]().next();
    expect(unwrap(await openSealed(value.message as Sealed, mailbox)).id).toEqual(note.id);

    const unproved = connect([relay.url]).subscribe({ mailboxes: [mailbox.signer.publicKey] });
    expect(await unproved.closed).toMatchObject({ code: "mailbox-not-authenticated" });
    const impostor = { publicKey: mailbox.signer.publicKey, sign: signer.sign };
    const refused = connect([relay.url]).subscribe({}, { mailboxes: [impostor] });
    expect(await refused.closed).toMatchObject({ code: "authentication-failed" });
  });

  test("a connection that says nothing for long stays open, for the relay answers when asked", async () => {
    const relay = await start();
    // Time stands still except where the test moves it.
    const waiting = new Map<number, Set<() => void>>();
    const pool = connect([relay.url], {
      timers: (afterMs, action) => {
        const set = waiting.get(afterMs) ?? new Set();
        waiting.set(afterMs, set.add(action));
        return () => set.delete(action);
      },
    });
    const subscription = pool.subscribe(ours);
    await subscription.caughtUp;
    for (let halfMinutes = 0; halfMinutes < 10; halfMinutes++) {
      const quiet = [...(waiting.get(30_000) ?? [])];
      expect(quiet).toHaveLength(1);
      for (const action of quiet) {
        waiting.get(30_000)?.delete(action);
        action();
      }
      // An answer to this comes after the answer to the question whether anybody is there.
      await pool.publish(closeMessage(halfMinutes).bytes, { relays: [relay.url] });
      await take(subscription, 1);
    }
    expect(pool.status()[0]).toMatchObject({ state: "open", counts: { connections: 1 } });
    await Promise.all([pool[Symbol.asyncDispose](), relay.stop()]);
  });
});

describe("with two relays", () => {
  test("each message is given once, and each relay holds all", async () => {
    const relays = [await start(), await start()];
    const addresses = relays.map(({ url }) => url);
    const messages = closeMessages(30);
    const subscription = connect(addresses).subscribe(ours);
    const publisher = connect(addresses);
    const published = await Promise.all(messages.map((bytes) => publisher.publish(bytes)));
    await Promise.all(published.map(({ settled }) => settled));
    expect((await take(subscription, 30)).toSorted()).toEqual(messages.map(toHex).toSorted());
    for (const { accepted } of published) expect(accepted).toHaveLength(2);

    const last = closeMessage(99);
    await publisher.publish(last.bytes);
    expect(await take(subscription, 1)).toEqual([toHex(last.bytes)]);
  });
});

describe("with a relay that is killed", () => {
  let folder: string;
  const children = new Set<ChildProcess>();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "relay-client-"));
  });
  afterEach(async () => {
    for (const child of children) await kill(child);
    rmSync(folder, { recursive: true });
  });

  async function startProcess(data: string, port = 0): Promise<{ child: ChildProcess; port: number }> {
    const args = [join(folder, data), `${port}`, `${now}`];
    const child = fork(join(import.meta.dirname, "relay-process.ts"), args);
    children.add(child);
    const [actualPort] = (await once(child, "message")) as [number];
    return { child, port: actualPort };
  }

  async function kill(child: ChildProcess): Promise<void> {
    children.delete(child);
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  test("and started on the same folder: nothing is missed, nothing comes twice", async () => {
    const messages = closeMessages(20);
    const { child, port } = await startProcess("a");
    const address = `ws://127.0.0.1:${port}`;
    const pool = connect([address]);
    const subscription = pool.subscribe(ours);
    await publishAll(connect([address]), messages.slice(0, 10));
    const before = await take(subscription, 6);
    await kill(child);
    await startProcess("a", port);
    await publishAll(connect([address]), messages.slice(10));
    const after = await take(subscription, 14);
    expect([...before, ...after].toSorted()).toEqual(messages.map(toHex).toSorted());
    expect(pool.status()[0]?.counts).toMatchObject({ received: 20, connections: 2 });
  });

  test("and started on an empty folder: it is read from the start, and nothing comes twice", async () => {
    const messages = closeMessages(20);
    const { child, port } = await startProcess("a");
    const address = `ws://127.0.0.1:${port}`;
    const pool = connect([address]);
    const subscription = pool.subscribe(ours);
    await publishAll(connect([address]), messages.slice(0, 10));
    const before = await take(subscription, 10);
    const firstStore = pool.status()[0]?.store;
    await kill(child);
    await startProcess("b", port);
    // The relay gets some again, as it would from its peers.
    await publishAll(connect([address]), messages.slice(5));
    const after = await take(subscription, 10);
    expect([...before, ...after].toSorted()).toEqual(messages.map(toHex).toSorted());
    expect(pool.status()[0]?.store).not.toBe(firstStore);
  });

  test("while messages are on their way to it: all arrive in the end, once each", async () => {
    const messages = closeMessages(40);
    const { child, port } = await startProcess("a");
    const address = `ws://127.0.0.1:${port}`;
    const subscription = connect([address]).subscribe(ours);
    const publishing = publishAll(connect([address]), messages);
    await take(subscription, 1);
    await kill(child);
    await startProcess("a", port);
    await publishing;
    expect(await take(subscription, 39)).toHaveLength(39);
    expect(subscription.cursors()[0]?.position).toBe(40);
  });
});
