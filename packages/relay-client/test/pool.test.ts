import { toHex } from "@intentcast/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  connectRelays,
  type Delivery,
  type PoolOptions,
  type RelayPool,
  type Subscription,
} from "../src/index.ts";
import { FakeRelay, type Line } from "./fake-relay.ts";
import { closeMessage, closeMessages, now, ours, signer, stranger } from "./messages.ts";
import { type Served, serve } from "./served.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

async function startRelay(relay = new FakeRelay()): Promise<{ relay: FakeRelay; served: Served }> {
  return { relay, served: stack.use(await serve(relay)) };
}

/** Reconnects within milliseconds: what is random is only how long it waits. */
const soon = (length: number): Uint8Array => new Uint8Array(length).fill(4);

const connect = (relays: readonly string[], options: Partial<PoolOptions> = {}): RelayPool =>
  stack.use(connectRelays({ relays, clock: () => now, random: soon, ...options }));

async function take(subscription: Subscription, count: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  if (count === 0) return deliveries;
  for await (const delivery of subscription) {
    deliveries.push(delivery);
    if (deliveries.length === count) break;
  }
  return deliveries;
}

const bytesOf = (deliveries: readonly Delivery[]): Uint8Array[] =>
  deliveries.map(({ message }) => message.bytes);

/** Where nobody listens. */
const nowhere = "ws://127.0.0.1:9";

describe("publishing", () => {
  test("resolves when a relay has stored the message, with its position there", async () => {
    const { relay, served } = await startRelay();
    const pool = connect([served.address]);
    const message = closeMessage(1);
    const published = await pool.publish(message.bytes);
    expect(published.id).toEqual(message.id);
    const store = toHex(relay.storeId);
    expect(published.accepted).toEqual([
      { relay: served.address, store, position: 1, matched: 0, duplicate: false },
    ]);
    expect(relay.messages).toEqual([message.bytes]);
    expect((await pool.publish(message.bytes)).accepted[0]?.duplicate).toBe(true);
  });

  test("to several relays resolves at the first acceptance and collects the others' answers", async () => {
    const quick = await startRelay();
    const slow = await startRelay();
    let answer: (() => void) | undefined;
    slow.relay.twist = (frame, line) => {
      answer = () => line.answer(frame);
      return frame[0] === "publish";
    };
    const refusing = await startRelay();
    refusing.relay.twist = (frame, line) => {
      if (frame[0] !== "publish") return false;
      line.send("rejected", frame[1], "admit", "rate-limited", "slow down", 7);
      return true;
    };
    const pool = connect([quick.served.address, slow.served.address, refusing.served.address]);
    const published = await pool.publish(closeMessage(1).bytes);
    expect(published.accepted.map(({ relay }) => relay)).toEqual([quick.served.address]);
    while (answer === undefined || published.refused.length === 0) await nextTurn();
    answer();
    await published.settled;
    expect(published.accepted).toHaveLength(2);
    expect(published.refused).toEqual([
      {
        relay: refusing.served.address,
        reject: { stage: "admit", code: "rate-limited", detail: "slow down" },
        retryAfter: 7,
      },
    ]);
  });

  test("throws the relay's code when every relay refuses", async () => {
    const { relay, served } = await startRelay();
    relay.twist = (frame, line) => {
      if (frame[0] !== "publish") return false;
      line.send("rejected", frame[1], "admit", "expired", "\u001b[31mgone", 0);
      return true;
    };
    const error = await connect([served.address])
      .publish(closeMessage(1).bytes)
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "IntentcastError", code: "expired", stage: "admit" });
    expect(error.message).not.toContain("\u001b");
  });

  test("throws a code of ours when a relay refuses with one that nobody knows", async () => {
    const { relay, served } = await startRelay();
    relay.twist = (frame, line) => {
      if (frame[0] !== "publish") return false;
      line.send("rejected", frame[1], "admit", "mercury-retrograde", "", 0);
      return true;
    };
    await expect(connect([served.address]).publish(closeMessage(1).bytes)).rejects.toMatchObject({
      code: "frame-malformed",
      message: expect.stringContaining("mercury-retrograde"),
    });
  });

  test("throws before sending what is no message", async () => {
    const { relay, served } = await startRelay();
    const pool = connect([served.address]);
    await expect(pool.publish(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: "envelope-form" });
    expect(relay.messages).toEqual([]);
  });

  test("throws no-relay when none can be reached in time, and says that the message was dropped", async () => {
    const pool = connect([nowhere], { timeoutMs: 20 });
    await expect(pool.publish(closeMessage(1).bytes)).rejects.toMatchObject({
      code: "no-relay",
      message: expect.stringContaining("dropped"),
    });
    expect(pool.status()[0]?.counts.pending).toBe(0);
  });

  test("throws connection-lost when a relay takes the message and never answers", async () => {
    const { relay, served } = await startRelay();
    relay.twist = (frame) => frame[0] === "publish";
    const pool = connect([served.address], { timeoutMs: 200 });
    await expect(pool.publish(closeMessage(1).bytes)).rejects.toMatchObject({ code: "connection-lost" });
  });

  test("sends a message again when the connection is lost before the answer", async () => {
    const { relay, served } = await startRelay();
    let losses = 2;
    relay.twist = (frame, line) => {
      if (frame[0] !== "publish" || losses-- <= 0) return false;
      line.hangUp();
      return true;
    };
    const published = await connect([served.address]).publish(closeMessage(1).bytes);
    expect(published.accepted).toHaveLength(1);
    expect(relay.messages).toHaveLength(1);
  });

  test("brings the message to an unreachable relay when that comes, long after another accepted it", async () => {
    const up = await startRelay();
    const late = new FakeRelay();
    const { port } = await startRelayAndStop();
    const pool = connect([up.served.address, `ws://127.0.0.1:${port}`], { timeoutMs: 500 });
    const published = await pool.publish(closeMessage(1).bytes);
    expect(published.accepted).toHaveLength(1);
    stack.use(await serve(late, port));
    await published.settled;
    expect(published.accepted).toHaveLength(2);
    expect(late.messages).toHaveLength(1);
  });

  test("stops trying when its signal is aborted", async () => {
    const up = await startRelay();
    const pool = connect([up.served.address, nowhere]);
    const abort = new AbortController();
    const published = await pool.publish(closeMessage(1).bytes, { signal: abort.signal });
    expect(pool.status()[1]?.counts.pending).toBe(1);
    abort.abort();
    await published.settled;
    expect(pool.status()[1]?.counts.pending).toBe(0);
    expect(published.accepted).toHaveLength(1);
  });

  test("throws the signal's reason when it is aborted before any answer", async () => {
    const abort = new AbortController();
    const publishing = connect([nowhere]).publish(closeMessage(1).bytes, { signal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(publishing).rejects.toThrow("enough");
  });

  test("reaches a relay outside the pool, and lets go of it afterwards", async () => {
    const home = await startRelay();
    const other = await startRelay();
    const pool = connect([home.served.address]);
    await pool.publish(closeMessage(1).bytes, { relays: [other.served.address] });
    expect(other.relay.messages).toHaveLength(1);
    expect(home.relay.messages).toHaveLength(0);
    expect(pool.status().map(({ address }) => address)).toEqual([home.served.address]);
  });

  test("does not send a relay what it says it does not take", async () => {
    const { relay, served } = await startRelay();
    relay.limits = { ...relay.limits, message: 100 };
    const pool = connect([served.address]);
    await expect(pool.publish(closeMessage(1).bytes)).rejects.toMatchObject({ code: "message-too-large" });
    for (const line of relay.lines) expect(line.heard).toEqual([]);
  });

  test("distrusts a relay that accepts another message than it was sent", async () => {
    const { relay, served } = await startRelay();
    relay.twist = (frame, line) => {
      if (frame[0] !== "publish") return false;
      line.send("accepted", frame[1], { id: new Uint8Array(32), position: 1 });
      return true;
    };
    await expect(connect([served.address]).publish(closeMessage(1).bytes)).rejects.toMatchObject({
      code: "frame-malformed",
    });
  });
});

describe("subscribing", () => {
  test("gives the stored messages, then the new ones, each with its position", async () => {
    const { relay, served } = await startRelay();
    for (const bytes of closeMessages(3)) relay.store(bytes);
    const pool = connect([served.address]);
    const subscription = pool.subscribe(ours);
    const stored = await take(subscription, 3);
    await subscription.caughtUp;
    const live = closeMessage(10).bytes;
    relay.store(live);
    expect(bytesOf([...stored, ...(await take(subscription, 1))])).toEqual([...closeMessages(3), live]);
    expect(stored.map(({ cursor }) => cursor.position)).toEqual([1, 2, 3]);
    expect(stored[0]?.cursor).toMatchObject({ relay: served.address, store: "01".repeat(16) });
  });

  test("gives a message once, although two relays deliver it", async () => {
    const one = await startRelay();
    const other = await startRelay();
    const messages = closeMessages(20);
    for (const bytes of messages) one.relay.store(bytes);
    for (const bytes of messages.toReversed()) other.relay.store(bytes);
    const pool = connect([one.served.address, other.served.address]);
    const subscription = pool.subscribe(ours);
    const taken = await take(subscription, 20);
    await subscription.caughtUp;
    expect(new Set(bytesOf(taken).map(String)).size).toBe(20);
    const last = closeMessage(99).bytes;
    one.relay.store(last);
    other.relay.store(last);
    expect(bytesOf(await take(subscription, 1))).toEqual([last]);
    const onlyHere = closeMessage(100).bytes;
    other.relay.store(onlyHere);
    expect(bytesOf(await take(subscription, 1))).toEqual([onlyHere]);
    expect(
      subscription
        .cursors()
        .map(({ position }) => position)
        .sort(),
    ).toEqual([21, 22]);
  });

  test("from now gives nothing that was stored before, and all that came while the connection was lost", async () => {
    const { relay, served } = await startRelay();
    for (const bytes of closeMessages(3)) relay.store(bytes);
    const subscription = connect([served.address]).subscribe(ours, { from: "now" });
    await subscription.caughtUp;
    served.drop();
    const missed = closeMessage(10).bytes;
    relay.store(missed);
    expect(bytesOf(await take(subscription, 1))).toEqual([missed]);
  });

  test("goes on from the cursors of an earlier process", async () => {
    const { relay, served } = await startRelay();
    for (const bytes of closeMessages(3)) relay.store(bytes);
    const first = connect([served.address]);
    const [, second] = await take(first.subscribe(ours), 2);
    const cursors = second === undefined ? [] : [second.cursor];
    const subscription = connect([served.address]).subscribe(ours, { cursors });
    expect(bytesOf(await take(subscription, 1))).toEqual(closeMessages(3).slice(2));
  });

  test("reads a relay from the start when its store is another than the cursor's", async () => {
    const { relay, served } = await startRelay();
    for (const bytes of closeMessages(3)) relay.store(bytes);
    const cursors = [{ relay: served.address, store: "ff".repeat(16), position: 2 }];
    const subscription = connect([served.address]).subscribe(ours, { cursors });
    expect(await take(subscription, 3)).toHaveLength(3);
  });

  test("reads a relay from the start when that does not know the position any more", async () => {
    const { relay, served } = await startRelay();
    for (const bytes of closeMessages(3)) relay.store(bytes);
    const cursors = [{ relay: served.address, store: "01".repeat(16), position: 50 }];
    const subscription = connect([served.address]).subscribe(ours, { cursors });
    expect(await take(subscription, 3)).toHaveLength(3);
  });

  test("misses nothing and repeats nothing when the relay comes back with an empty store", async () => {
    const { relay, served } = await startRelay();
    const messages = closeMessages(6);
    for (const bytes of messages.slice(0, 3)) relay.store(bytes);
    const subscription = connect([served.address]).subscribe(ours);
    const before = await take(subscription, 3);
    relay.wipe(new Uint8Array(16).fill(2));
    served.drop();
    for (const bytes of messages.slice(2)) relay.store(bytes);
    const after = await take(subscription, 3);
    expect(bytesOf([...before, ...after])).toEqual(messages);
  });

  test("a slow consumer's credit bounds what a relay sends ahead", async () => {
    const { relay, served } = await startRelay();
    for (const bytes of closeMessages(100)) relay.store(bytes);
    const pool = connect([served.address]);
    const subscription = pool.subscribe(ours, { window: 10 });
    const sent = (): number => pool.status()[0]?.counts.received ?? 0;
    await take(subscription, 1);
    while (sent() < 10) await nextTurn();
    const [line] = relay.lines;
    const outstanding = (): number => [...(line as Line).served.values()][0]?.credit ?? 0;
    for (let taken = 1; taken < 90; taken++) {
      expect(sent() + outstanding()).toBeLessThanOrEqual(taken + 10);
      await take(subscription, 1);
    }
    expect(await take(subscription, 10)).toHaveLength(10);
    await subscription.caughtUp;
  });

  test("hands out neither invalid messages nor such as the filter does not describe, and counts them", async () => {
    const { relay, served } = await startRelay();
    const forged = closeMessage(1).bytes.slice();
    forged[forged.length - 1] = (forged.at(-1) as number) ^ 1;
    const foreign = closeMessage(2, stranger).bytes;
    const good = closeMessage(3).bytes;
    relay.twist = (frame, line) => {
      if (frame[0] !== "subscribe") return false;
      for (const [index, bytes] of [forged, foreign, good].entries())
        line.send("message", frame[1], index + 1, bytes);
      return true;
    };
    const pool = connect([served.address]);
    expect(bytesOf(await take(pool.subscribe(ours), 1))).toEqual([good]);
    const [status] = pool.status();
    expect(status?.counts).toMatchObject({ received: 3, refused: 1, unmatched: 1 });
    expect(status?.lastError?.reject.stage).toBe("verify");
  });

  test("a relay that sends many invalid messages is hung up on", async () => {
    const { relay, served } = await startRelay();
    relay.twist = (frame, line) => {
      if (frame[0] !== "subscribe") return false;
      for (let i = 1; i <= 50; i++) line.send("message", frame[1], i, Uint8Array.of(i));
      return true;
    };
    const pool = connect([served.address], { random: (length) => new Uint8Array(length).fill(255) });
    pool.subscribe(ours);
    while (pool.status()[0]?.state !== "waiting") await nextTurn();
    expect(pool.status()[0]?.counts.refused).toBe(16);
  });

  test("throws to whoever iterates when every relay refuses the filter", async () => {
    const { relay, served } = await startRelay();
    relay.twist = (frame, line) => {
      if (frame[0] !== "subscribe") return false;
      line.send("ended", frame[1], "filter-too-large", "");
      return true;
    };
    const subscription = connect([served.address]).subscribe(ours);
    await expect(take(subscription, 1)).rejects.toMatchObject({ code: "filter-too-large" });
    await expect(subscription.caughtUp).rejects.toMatchObject({ code: "filter-too-large" });
    expect(await subscription.closed).toMatchObject({ code: "filter-too-large" });
  });

  test("goes on with the others when one relay refuses the filter", async () => {
    const refusing = await startRelay();
    refusing.relay.twist = (frame, line) => {
      if (frame[0] !== "subscribe") return false;
      line.send("ended", frame[1], "too-many-subscriptions", "");
      return true;
    };
    const serving = await startRelay();
    serving.relay.store(closeMessage(1).bytes);
    const subscription = connect([refusing.served.address, serving.served.address]).subscribe(ours);
    expect(await take(subscription, 1)).toHaveLength(1);
    await subscription.caughtUp;
  });

  test("has caught up when those that can be reached have", async () => {
    const { served } = await startRelay();
    const subscription = connect([served.address, nowhere]).subscribe(ours);
    await subscription.caughtUp;
  });

  test("refuses a malformed filter at once", async () => {
    const pool = connect([nowhere]);
    expect(() => pool.subscribe({ authors: [] })).toThrow(expect.objectContaining({ code: "filter-form" }));
  });

  test("closing it ends the iteration and tells the relay", async () => {
    const { relay, served } = await startRelay();
    const subscription = connect([served.address]).subscribe(ours);
    await subscription.caughtUp;
    const taking = take(subscription, 1);
    await subscription[Symbol.asyncDispose]();
    expect(await taking).toEqual([]);
    expect(await subscription.closed).toBeUndefined();
    const [line] = relay.lines;
    while (line !== undefined && line.served.size > 0) await nextTurn();
  });
});

describe("mailboxes", () => {
  test("are proved before the subscription, and again after a reconnection", async () => {
    const { relay, served } = await startRelay();
    const subscription = connect([served.address]).subscribe({}, { mailboxes: [signer, stranger] });
    await subscription.caughtUp;
    const namesOf = (line: Line | undefined): string[] => (line?.heard ?? []).map(([name]) => name);
    const expected = ["authenticate", "authenticate", "subscribe"];
    expect(namesOf([...relay.lines][0])).toEqual(expected);
    served.drop();
    while (relay.lines.size !== 1 || namesOf([...relay.lines][0]).length < 3) await nextTurn();
    expect(namesOf([...relay.lines][0])).toEqual(expected);
  });

  test("that a relay does not accept end the subscription with its code", async () => {
    const { relay, served } = await startRelay();
    relay.twist = (frame, line) => {
      if (frame[0] !== "authenticate") return false;
      line.send("rejected", frame[1], "session", "too-many-mailboxes", "", 0);
      return true;
    };
    const subscription = connect([served.address]).subscribe({}, { mailboxes: [signer] });
    expect(await subscription.closed).toMatchObject({ code: "too-many-mailboxes" });
  });
});

describe("a relay that breaks the protocol", () => {
  const breaches: [string, string, (line: Line) => void][] = [
    ["sends a text frame", "frame-not-binary", (line) => line.sendBytes("hello")],
    ["sends no CBOR", "frame-malformed", (line) => line.sendBytes(Uint8Array.of(255))],
    ["sends an unknown frame", "frame-unknown", (line) => line.sendBytes(Uint8Array.of(0x81, 0x61, 0x78))],
    ["says hello twice", "frame-malformed", (line) => line.send("hello", line.relay.hello(line))],
    ["answers what was not asked", "frame-malformed", (line) => line.send("accepted", 77, {})],
    ["serves what was not subscribed", "frame-malformed", (line) => line.send("caughtUp", 77, 1)],
    [
      "sends more than its credit",
      "frame-malformed",
      (line) => {
        for (let i = 1; i <= 3; i++) line.send("message", 1, i, closeMessage(i).bytes);
      },
    ],
  ];

  test.each(breaches)("and %s is hung up on, with %s as the reason", async (_, code, breach) => {
    const { relay, served } = await startRelay();
    // As long a wait as there is, so that the state can be seen.
    const pool = connect([served.address], { random: (length) => new Uint8Array(length).fill(255) });
    await pool.subscribe(ours, { window: 2 }).caughtUp;
    for (const line of relay.lines) breach(line);
    while (pool.status()[0]?.state !== "waiting") await nextTurn();
    expect(pool.status()[0]?.lastError?.reject.code).toBe(code);
    while (relay.lines.size > 0) await nextTurn();
  });
});

describe("the pool", () => {
  test("tells how each relay is doing", async () => {
    const { served } = await startRelay();
    const pool = connect([served.address, nowhere], { clock: () => now - 5 });
    await pool.subscribe(ours).caughtUp;
    const [up, down] = pool.status();
    expect(up).toMatchObject({
      address: served.address,
      state: "open",
      name: "localhost",
      store: "01".repeat(16),
      clockAhead: 5,
      counts: { connections: 1 },
    });
    expect(down).toMatchObject({ address: nowhere, lastError: { reject: { code: "connection-lost" } } });
  });

  test("refuses malformed addresses and an empty list", () => {
    expect(() => connectRelays({ relays: ["http://a.example"] })).toThrow(
      expect.objectContaining({ code: "relay-address" }),
    );
    expect(() => connectRelays({ relays: [] })).toThrow(expect.objectContaining({ code: "no-relay" }));
  });

  test("connects once to a relay that is named twice", async () => {
    const { relay, served } = await startRelay();
    const pool = connect([served.address, `${served.address}/`]);
    await pool.subscribe(ours).caughtUp;
    expect(relay.lines.size).toBe(1);
  });

  test("when closed ends everything that is under way and leaves no timer and no socket behind", async () => {
    const { relay, served } = await startRelay();
    const timers = new Set<() => void>();
    const pool = connect([served.address, nowhere], {
      timers: (afterMs, action) => {
        const timer = setTimeout(() => {
          timers.delete(cancel);
          action();
        }, afterMs);
        const cancel = (): void => {
          clearTimeout(timer);
          timers.delete(cancel);
        };
        timers.add(cancel);
        return cancel;
      },
    });
    relay.twist = (frame) => frame[0] === "publish";
    const subscription = pool.subscribe(ours);
    await subscription.caughtUp;
    const taking = take(subscription, 1);
    const publishing = expect(pool.publish(closeMessage(1).bytes)).rejects.toMatchObject({
      code: "connection-lost",
    });
    await pool[Symbol.asyncDispose]();
    expect(await taking).toEqual([]);
    await publishing;
    expect(timers.size).toBe(0);
    while (relay.lines.size > 0) await nextTurn();
    await expect(pool.publish(closeMessage(1).bytes)).rejects.toThrow("closed");
    expect(() => pool.subscribe(ours)).toThrow("closed");
  });
});

/** Lets sockets and timers have their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A port on which nobody listens, but somebody can. */
async function startRelayAndStop(): Promise<{ port: number }> {
  await using served = await serve(new FakeRelay());
  return { port: served.port };
}
