/** Connections that are kept open for nothing: half-open handshakes, messages that never end, readers that stopped. */
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { encodeFrame } from "@intentcast/protocol";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MessageProgress } from "../src/adapters/message-progress.ts";
import { close, largeSealed, mailbox } from "./messages.ts";
import { fromStart, gist, manualTimers, proof, publish, type Serving, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

async function open(port: number): Promise<Socket> {
  const tcp = connectTcp(port, "127.0.0.1");
  stack.defer(() => void tcp.destroy());
  tcp.on("error", () => {});
  await once(tcp, "connect");
  return tcp;
}

const metrics = async ({ relay }: Serving): Promise<string> => (await fetch(relay.metricsUrl)).text();

/** Waits, turn by turn, until the relay's figures say so. */
async function until(serving: Serving, line: string): Promise<void> {
  while (!(await metrics(serving)).split("\n").includes(line));
}

const cut = (why: string, count: number) => `intentcast_relay_cut_total{why="${why}"} ${count}`;

describe("a handshake that stays half open", () => {
  test.for([
    ["nothing", ""],
    ["half a request", "GET / HTTP/1.1\r\nhost: relay.example\r\nupgrade: web"],
  ] as const)("with %s is cut when its time is over, and nobody else is", async ([, bytes]) => {
    const timers = manualTimers();
    const serving = await serve(stack, { timers });
    const client = await serving.connect();
    const tcp = await open(serving.relay.port);
    tcp.write(bytes);
    const closed = once(tcp, "close");
    await client.settled();
    timers.tick();
    await closed;
    await until(serving, cut("handshake", 1));
    expect(gist(await publish(client, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
  });
});

describe("a message that never ends", () => {
  test("is cut, although its client answers pings between its fragments", async () => {
    const timers = manualTimers();
    const serving = await serve(stack, { timers });
    const [client, other] = [await serving.connect(), await serving.connect()];
    client.webSocket.send(new Uint8Array(10), { fin: false });
    for (let period = 0; period < 2; period++) {
      const pinged = Promise.all([client, other].map(({ webSocket }) => once(webSocket, "ping")));
      // A ping of the client's own is answered after the fragment has been taken in.
      client.webSocket.ping();
      await Promise.all([other.settled(), once(client.webSocket, "pong")]);
      timers.tick();
      if (period === 0) await pinged;
      else pinged.catch(() => {});
    }
    expect(await client.closed).toMatchObject({ code: 1006 });
    await until(serving, cut("unfinished", 1));
    expect(gist(await publish(other, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
  });

  test("in one frame is cut like a client that says nothing", async () => {
    const timers = manualTimers();
    const serving = await serve(stack, { timers });
    const client = await serving.connect();
    // The head of a frame of 60,000 bytes, and a few of them.
    const tcp = (client.webSocket as unknown as { _socket: Socket })._socket;
    tcp.write(Uint8Array.of(0x82, 0xfe, 0xea, 0x60, 1, 2, 3, 4, 5, 6));
    timers.tick();
    await once(client.webSocket, "ping");
    client.webSocket.pause();
    timers.tick();
    await until(serving, cut("silent", 1));
  });

  test("in one frame is cut all the same when a byte of it comes now and then", async () => {
    const timers = manualTimers();
    const serving = await serve(stack, { timers });
    const [client, other] = [await serving.connect(), await serving.connect()];
    const tcp = (client.webSocket as unknown as { _socket: Socket })._socket;
    tcp.write(Uint8Array.of(0x82, 0xfe, 0xea, 0x60, 1, 2, 3, 4));
    // It cannot answer a ping before its frame has ended.
    client.webSocket.pause();
    for (let period = 0; period < 2; period++) {
      tcp.write(Uint8Array.of(5));
      await other.settled();
      timers.tick();
    }
    await until(serving, cut("silent", 1));
    expect(gist(await publish(other, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
  });
});

describe("a reader that takes nothing", () => {
  const mine = { mailboxes: [mailbox.signer.publicKey] };

  /** A relay, a reader that has stopped while 13 MB were on their way to it, and the one who published them. */
  async function stopped() {
    const timers = manualTimers();
    const serving = await serve(stack, { timers });
    const [reader, writer] = [await serving.connect(), await serving.connect()];
    for (const client of [reader, writer]) {
      client.send("authenticate", 1, ...proof(client.hello, mailbox.signer));
      await client.answer();
    }
    reader.send("subscribe", 1, mine, fromStart);
    await reader.next("caughtUp");
    reader.webSocket.pause();
    for (const { bytes } of await largeSealed(400)) await publish(writer, bytes);
    const pass = async (periods: number) => {
      for (let period = 0; period < periods; period++) {
        timers.tick();
        await writer.settled();
      }
    };
    return { serving, reader, writer, pass };
  }

  test("is cut like one that says nothing, and what it missed is there for it", async () => {
    const { serving, reader, pass } = await stopped();
    await pass(3);
    await until(serving, cut("silent", 1));
    reader.webSocket.resume();
    expect(await reader.closed).toMatchObject({ code: 1006 });
    const got = reader.waiting("message").length;
    const again = await serving.connect();
    again.send("authenticate", 1, ...proof(again.hello, mailbox.signer));
    again.send("subscribe", 1, mine, { ...fromStart, after: got });
    const rest = await again.take(400 - got, "message");
    expect(rest.map(([, , position]) => position)).toEqual(rest.map((_, i) => got + 1 + i));
  });

  test("and asks on is read from no further, and cut when it has taken nothing for long", async () => {
    const { serving, reader, pass } = await stopped();
    for (let ref = 1; ref <= 40_000; ref++) reader.send("publish", ref, new Uint8Array(0));
    while (/held_total 0\n/.test(await metrics(serving)));
    await pass(8);
    expect(await metrics(serving)).not.toMatch(/cut_total\{/);
    await pass(4);
    await until(serving, cut("stuck", 1));
  });
});

test("a client that goes on publishing is never taken for hung", async () => {
  const timers = manualTimers();
  const { connect } = await serve(stack, { timers });
  const client = await connect();
  for (let i = 1; i <= 5; i++) {
    const frame = encodeFrame(["publish", i, close(i).bytes]);
    client.webSocket.send(frame.subarray(0, 20), { fin: false });
    timers.tick();
    client.webSocket.send(frame.subarray(20), { fin: true });
    expect(gist(await client.answer())).toMatchObject(["accepted", i, { position: i }]);
  }
});

describe("where messages begin and end", () => {
  const message = fc.record({
    lengths: fc.array(fc.oneof(fc.nat(200), fc.integer({ min: 65_000, max: 66_000 })), {
      minLength: 1,
      maxLength: 4,
    }),
    pings: fc.boolean(),
  });

  /** The frames that ws itself makes of messages: fragments, and pings between them. */
  const framesOf = (messages: readonly { lengths: readonly number[]; pings: boolean }[]) =>
    messages.flatMap(({ lengths, pings }) =>
      lengths.flatMap((length, i) => {
        const last = i === lengths.length - 1;
        const frame = frameOf(new Uint8Array(length), i === 0 ? 2 : 0, last);
        return pings && !last ? [frame, frameOf(new Uint8Array(4), 9, true)] : [frame];
      }),
    );

  /** A client's frame (RFC 6455 §5.2), masked with zeros. */
  function frameOf(payload: Uint8Array, opcode: number, fin: boolean): Buffer {
    const { length } = payload;
    const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined;
    const [first = 127, ...rest] = size ?? [
      127,
      0,
      0,
      0,
      0,
      0,
      length >> 16,
      (length >> 8) & 255,
      length & 255,
    ];
    return Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | first, ...rest, 0, 0, 0, 0, ...payload]);
  }

  test("is told however the bytes are cut into chunks", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 70_000 })),
        (messages, sizes) => {
          const progress = new MessageProgress();
          const bytes = Buffer.concat(framesOf(messages));
          for (let at = 0; at < bytes.length; ) {
            const size = sizes.next().value as number;
            progress.take(bytes.subarray(at, at + size));
            at += size;
            if (at < bytes.length && progress.ended === messages.length)
              expect(progress.isUnderWay).toBe(true);
          }
          expect([progress.ended, progress.isUnderWay]).toEqual([messages.length, false]);
        },
      ),
    );
  });

  test("is told by byte: a message is under way from its first to its last", () => {
    const progress = new MessageProgress();
    const frame = frameOf(new Uint8Array(130), 2, true);
    for (const [i, byte] of frame.entries()) {
      progress.take(Uint8Array.of(byte));
      expect(progress.isUnderWay).toBe(i < frame.length - 1);
    }
    expect(progress.ended).toBe(1);
  });
});
