import {
  type ClientFrame,
  decodeClientFrame,
  encodeFrame,
  type RelayFrame,
  readMessage,
  unwrap,
} from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import type { Effect, Input, TimerName, Wish } from "../src/exchange.ts";
import { RelaySession } from "../src/session.ts";
import { FakeRelay } from "./fake-relay.ts";
import { closeMessage, now, ours, signer } from "./messages.ts";

const wish: Wish = { filter: ours, mailboxes: [], from: "start", window: 8 };
const hello = new FakeRelay().connect(
  () => undefined,
  () => undefined,
);

/** A session, and a plain way to say things to it and to see what it does. */
function startSession(address = "ws://localhost:7447") {
  let time = now;
  const session = new RelaySession({
    address,
    read: (bytes) => readMessage(bytes, () => true),
    random: (length) => new Uint8Array(length).fill(255),
  });
  const input = (one: Input): readonly Effect[] => session.handle(one, time);
  return {
    session,
    input,
    pass: (seconds: number): void => {
      time += seconds;
    },
    hear: (...frame: RelayFrame): readonly Effect[] => input({ type: "received", data: encodeFrame(frame) }),
    elapse: (timer: TimerName): readonly Effect[] => input({ type: "elapsed", timer }),
    publish: (number: number): readonly Effect[] => {
      const { id, bytes } = closeMessage(number);
      return input({ type: "publish", publication: number, id, message: bytes });
    },
  };
}

const helloFrame = (changes: object = {}): RelayFrame => [
  "hello",
  { ...hello.relay.hello(hello), ...changes },
];

function openSession(address?: string, changes?: object): ReturnType<typeof startSession> {
  const started = startSession(address);
  started.input({ type: "start" });
  started.hear(...helloFrame(changes));
  return started;
}

const sent = (effects: readonly Effect[]): readonly ClientFrame[] =>
  effects.flatMap((effect) => (effect.type === "send" ? [unwrap(decodeClientFrame(effect.frame))] : []));

const typesOf = (effects: readonly Effect[]): readonly string[] => effects.map(({ type }) => type);

const waitOf = (effects: readonly Effect[]): number | undefined =>
  effects.find((effect) => effect.type === "setTimer" && effect.timer === "dial")?.["afterMs" as never];

describe("connecting", () => {
  test("dials at the start, and is open once the relay has said hello", () => {
    const { session, input, hear } = startSession();
    expect(typesOf(input({ type: "start" }))).toEqual(["stateChanged", "setTimer", "dial"]);
    expect(session.status.state).toBe("connecting");
    hear(...helloFrame({ time: now + 9 }));
    expect(session.status).toMatchObject({ state: "open", clockAhead: 9, name: "localhost" });
  });

  test("hangs up on a relay that says no hello in time, and dials again after a while", () => {
    const { session, input, elapse } = startSession();
    input({ type: "start" });
    const effects = elapse("hello");
    expect(typesOf(effects)).toContain("hangUp");
    expect(waitOf(effects)).toBe(499);
    expect(session.status.state).toBe("waiting");
    expect(typesOf(elapse("dial"))).toContain("dial");
  });

  test("waits longer with every failure, and starts afresh after a connection that lasted", () => {
    const { input, hear, elapse, pass } = startSession();
    input({ type: "start" });
    const fail = (): number | undefined => {
      const wait = waitOf(input({ type: "closed", detail: "refused" }));
      elapse("dial");
      return wait;
    };
    expect([fail(), fail(), fail()]).toEqual([499, 999, 1999]);
    hear(...helloFrame());
    pass(1);
    expect(fail()).toBe(3999);
    hear(...helloFrame());
    pass(60);
    expect(fail()).toBe(499);
  });

  test("takes anything but hello at the beginning for a breach, and waits longer for it", () => {
    const { session, input, hear } = startSession();
    input({ type: "start" });
    const effects = hear("caughtUp", 1, 1);
    expect(waitOf(effects)).toBe(7999);
    expect(session.status.lastError).toMatchObject({ reject: { code: "frame-malformed" }, at: now });
  });

  test("takes a hello of another version of the protocol for a breach", () => {
    const { session, input } = startSession();
    input({ type: "start" });
    const valid = encodeFrame(helloFrame());
    const at =
      valid.findIndex((_, i) => new TextDecoder().decode(valid.subarray(i, i + 7)) === "version") + 7;
    input({ type: "received", data: valid.with(at, 2) });
    expect(session.status).toMatchObject({
      state: "waiting",
      lastError: { reject: { code: "frame-malformed" } },
    });
  });

  test("asks a silent relay for a sign of life, and hangs up when none comes", () => {
    const { session, elapse, hear } = openSession();
    expect(sent(elapse("quiet"))).toEqual([]);
    expect(sent(elapse("quiet"))).toEqual([["unsubscribe", 0]]);
    hear("rejected", 0, "session", "subscription-unknown", "", 0);
    expect(sent(elapse("quiet"))).toEqual([]);
    expect(sent(elapse("quiet"))).toEqual([["unsubscribe", 0]]);
    expect(session.status.state).toBe("open");
    expect(session.status.lastError).toBeUndefined();
    expect(typesOf(elapse("quiet"))).toContain("hangUp");
    expect(session.status).toMatchObject({
      state: "waiting",
      lastError: { reject: { code: "connection-lost" } },
    });
  });

  test("hangs up on a relay that talks but leaves a request without an answer", () => {
    const { session, elapse, hear, publish } = openSession();
    publish(1);
    for (let i = 0; i < 2; i++) {
      elapse("quiet");
      hear("rejected", 0, "session", "subscription-unknown", "", 0);
    }
    expect(typesOf(elapse("quiet"))).toContain("hangUp");
    expect(session.status.counts.pending).toBe(1);
  });

  test("does nothing more once it is stopped", () => {
    const { session, input, hear, elapse } = openSession();
    expect(typesOf(input({ type: "stop" }))).toContain("hangUp");
    expect([...hear("caughtUp", 1, 1), ...elapse("dial"), ...input({ type: "stop" })]).toEqual([]);
    expect(session.status.state).toBe("closed");
  });
});

describe("a relay that calls itself by another name than it was reached by", () => {
  const address = "wss://relay.example";
  const mailboxWish: Wish = { ...wish, filter: { mailboxes: [signer.publicKey] }, mailboxes: [signer] };

  test("gets no proof of a mailbox", () => {
    const { input } = openSession(address, { name: "other.example" });
    const effects = input({ type: "subscribe", feed: 1, wish: mailboxWish });
    expect(sent(effects)).toEqual([]);
    expect(effects).toContainEqual(
      expect.objectContaining({
        type: "ended",
        reject: expect.objectContaining({ code: "relay-mistrusted" }),
      }),
    );
  });

  test("gets none either when it changes its name between two connections", () => {
    const { input, hear, elapse } = openSession(address, { name: "relay.example" });
    const [authenticate] = sent(input({ type: "subscribe", feed: 1, wish: mailboxWish }));
    expect(authenticate?.[0]).toBe("authenticate");
    input({ type: "closed", detail: "" });
    elapse("dial");
    expect(sent(hear(...helloFrame({ name: "other.example" })))).toEqual([]);
  });

  test("still serves what is for everyone", () => {
    const { input } = openSession(address, { name: "other.example" });
    expect(sent(input({ type: "subscribe", feed: 1, wish }))[0]?.[0]).toBe("subscribe");
  });
});

describe("publications", () => {
  test("go out no more than 32 at a time, in their order", () => {
    const { publish, hear } = openSession();
    const frames = Array.from({ length: 40 }, (_, i) => sent(publish(i))).flat();
    expect(frames).toHaveLength(32);
    const { id, bytes } = closeMessage(32);
    const next = sent(hear("accepted", 1, { id: closeMessage(0).id, position: 1 }));
    expect(next).toEqual([["publish", 33, bytes]]);
    expect(id).not.toEqual(closeMessage(0).id);
  });

  test("are blamed when five connections in a row are lost after them", () => {
    const { publish, input, elapse, hear, session } = openSession();
    publish(1);
    const effects: Effect[] = [];
    for (let i = 0; i < 5; i++) {
      input({ type: "closed", detail: "" });
      elapse("dial");
      effects.push(...hear(...helloFrame()));
    }
    expect(sent(effects)).toHaveLength(4);
    expect(effects.at(-1)).toMatchObject({
      type: "refused",
      refusal: { reject: { code: "connection-lost" } },
    });
    expect(session.status.counts.pending).toBe(0);
  });

  test("wait for the relay's return when it is going down", () => {
    const { publish, hear, session } = openSession();
    publish(1);
    const effects = hear("rejected", 1, "session", "shutting-down", "", 5);
    expect(typesOf(effects)).not.toContain("refused");
    expect(session.status).toMatchObject({ state: "waiting", counts: { pending: 1 } });
  });

  test("are refused when a thousand wait already for a relay that does not come", () => {
    const { session, publish, input } = startSession();
    input({ type: "start" });
    for (let i = 0; i < 1000; i++) publish(i);
    expect(publish(1000)).toContainEqual(expect.objectContaining({ type: "refused", publication: 1000 }));
    expect(session.status.counts.pending).toBe(1000);
  });

  test("that a connection was lost with are sent again one by one", () => {
    const { publish, input, elapse, hear } = openSession();
    for (const number of [1, 2]) publish(number);
    input({ type: "closed", detail: "" });
    elapse("dial");
    expect(sent(hear(...helloFrame()))).toEqual([["publish", 1, closeMessage(1).bytes]]);
    expect(sent(publish(3))).toEqual([]);
    const answers = [1, 2].map((number) =>
      sent(hear("accepted", number, { id: closeMessage(number).id, position: number })),
    );
    expect(answers).toEqual([
      [["publish", 2, closeMessage(2).bytes]],
      [["publish", 3, closeMessage(3).bytes]],
    ]);
  });

  test("that nobody waits for any more are not sent again, and their answer harms nobody", () => {
    const { publish, input, hear, session } = openSession();
    publish(1);
    input({ type: "withdraw", publication: 1 });
    hear("accepted", 1, { id: closeMessage(1).id, position: 1 });
    expect(session.status).toMatchObject({ state: "open", counts: { pending: 0, accepted: 0 } });
  });
});

describe("subscriptions", () => {
  const message = (position: number): RelayFrame => ["message", 1, position, closeMessage(position).bytes];

  test("are given new credit when half of the window has been taken", () => {
    const { input, hear } = openSession();
    expect(sent(input({ type: "subscribe", feed: 5, wish }))).toEqual([
      ["subscribe", 1, ours, { after: 0, live: true, credit: 8 }],
    ]);
    for (let position = 1; position <= 8; position++) hear(...message(position));
    const credits = Array.from({ length: 8 }, () => sent(input({ type: "took", feed: 5 })));
    expect(credits.flat()).toEqual([
      ["credit", 1, 4],
      ["credit", 1, 4],
    ]);
  });

  test("go on after a lost connection where they stood, with credit for what is not waiting", () => {
    const { input, hear, elapse } = openSession();
    input({ type: "subscribe", feed: 5, wish });
    for (let position = 1; position <= 3; position++) hear(...message(position));
    input({ type: "took", feed: 5 });
    input({ type: "closed", detail: "" });
    elapse("dial");
    expect(sent(hear(...helloFrame({ position: 9 })))).toEqual([
      ["subscribe", 1, ours, { after: 3, live: true, credit: 6 }],
    ]);
  });

  test("begin at the start when the relay has lost the end of its store without noticing", () => {
    const { input, hear, elapse } = openSession();
    input({ type: "subscribe", feed: 5, wish });
    for (let position = 1; position <= 3; position++) hear(...message(position));
    input({ type: "closed", detail: "" });
    elapse("dial");
    expect(sent(hear(...helloFrame({ position: 2 })))[0]?.[3]).toMatchObject({ after: 0 });
  });

  test("begin at the start when the relay ends them with position-unknown, once", () => {
    const { input, hear } = openSession(undefined, { position: 9 });
    const cursor = { relay: "ws://localhost:7447", store: "01".repeat(16), position: 7 };
    expect(sent(input({ type: "subscribe", feed: 5, wish: { ...wish, cursor } }))[0]?.[3]).toMatchObject({
      after: 7,
    });
    expect(sent(hear("ended", 1, "position-unknown", ""))).toEqual([
      ["subscribe", 2, ours, { after: 0, live: true, credit: 8 }],
    ]);
    expect(typesOf(hear("ended", 2, "position-unknown", ""))).toContain("ended");
  });

  test("survive a relay that is going down", () => {
    const { input, hear, elapse, session } = openSession();
    input({ type: "subscribe", feed: 5, wish });
    hear("ended", 1, "shutting-down", "");
    expect(session.status.state).toBe("waiting");
    elapse("dial");
    expect(sent(hear(...helloFrame()))[0]?.[0]).toBe("subscribe");
  });

  test("that have been given up ignore what is still on its way to them", () => {
    const { input, hear, session } = openSession();
    input({ type: "subscribe", feed: 5, wish });
    expect(sent(input({ type: "unsubscribe", feed: 5 }))).toEqual([["unsubscribe", 1]]);
    expect(hear(...message(1))).toEqual([]);
    expect(hear("ended", 1, "unsubscribed", "")).toEqual([]);
    expect(session.status.state).toBe("open");
  });
});
