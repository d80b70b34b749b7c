/** What a send queue is given arrives as it was given, whichever way it leaves. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { concatBytes } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { SendQueue } from "../src/adapters/send-queue.ts";
import { until } from "./neighbourhood.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** The send queue of a server, its WebSocket, and the client at the other end with all that it was sent. */
async function connection() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  stack.defer(() => void server.close());
  await once(server, "listening");
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  stack.defer(() => client.terminate());
  const received: Buffer[] = [];
  client.on("message", (bytes: Buffer) => received.push(bytes));
  const opened = once(client, "open");
  const [webSocket, { socket }] = await once(server, "connection");
  await opened;
  return { queue: new SendQueue(webSocket, socket), webSocket: webSocket as WebSocket, client, received };
}

const random = seededRandom("queue");
const inOneBuffer = (messages: readonly Uint8Array[]) => Buffer.concat(messages);

test("messages of many turns, short and long, in one part and in two", async () => {
  const { queue, received } = await connection();
  const lengths = [0, 1, 125, 126, 700, 5000, 16_384, 65_535, 65_536, 100_000];
  const sent: Uint8Array[] = [];
  for (let turn = 0; turn < 30; turn++) {
    for (let i = 0; i <= turn % 5; i++) {
      const beginning = random(i * 7);
      const end = random(lengths[(turn + 3 * i) % lengths.length] as number);
      if (turn % 2 === 0) queue.add(beginning, end);
      else queue.add(concatBytes(beginning, end));
      sent.push(concatBytes(beginning, end));
    }
    await new Promise(setImmediate);
  }
  await until(() => received.length === sent.length);
  expect(received.map(({ length }) => length)).toEqual(sent.map(({ length }) => length));
  expect(inOneBuffer(received).equals(inOneBuffer(sent))).toBe(true);
});

test("what a client does not take is counted, and there in order when it reads again", async () => {
  const { queue, client, received } = await connection();
  client.pause();
  const sent: Uint8Array[] = [];
  for (let bytes = 0; queue.backlogBytes < 1024 * 1024; bytes += 1000) {
    expect(queue.backlogBytes).toBeLessThanOrEqual(bytes + 10 * sent.length);
    const message = random(1000);
    queue.add(message);
    sent.push(message);
    if (sent.length % 3 === 0) await new Promise(setImmediate);
  }
  client.resume();
  await until(() => received.length === sent.length);
  expect(inOneBuffer(received).equals(inOneBuffer(sent))).toBe(true);
  await until(() => queue.backlogBytes === 0);
});

test("nothing follows a goodbye, and what was queued before it is there", async () => {
  const { queue, webSocket, client, received } = await connection();
  const over = once(client, "close");
  queue.add(Uint8Array.of(1));
  queue.flush();
  webSocket.close(1000);
  queue.add(Uint8Array.of(2));
  await over;
  expect(received.map((bytes) => [...bytes])).toEqual([[1]]);
});
