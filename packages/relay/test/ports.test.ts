/** Any bytes at any port of a relay: they are answered or cut off, and clients are served on. */
import { connect as connectTcp } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { close } from "./messages.ts";
import { gist, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** Sends bytes and no more, and resolves to what comes back until the other side has closed. */
async function exchange(port: number, bytes: Uint8Array | string): Promise<string> {
  const tcp = connectTcp({ port, host: "127.0.0.1", allowHalfOpen: true });
  let answer = "";
  tcp.on("data", (data) => {
    answer += data.toString("latin1");
  });
  tcp.on("error", () => {});
  const closed = new Promise((resolve) => tcp.on("close", resolve));
  tcp.end(bytes);
  await closed;
  return answer;
}

const line = (text: string): string => `${text}\r\n`;
const upgrade = [
  "GET / HTTP/1.1",
  "host: relay.example",
  "connection: upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
  "sec-websocket-protocol: intentcast.v1",
];

const requests: Readonly<Record<string, string>> = {
  "no HTTP": "\u0000\u0001\u0002\r\n\r\n",
  "a request of another protocol": line("EHLO relay.example"),
  "a header without end": `${line("GET / HTTP/1.1")}x: ${"a".repeat(20_000)}`,
  "two lengths": ["POST / HTTP/1.1", "host: x", "content-length: 1", "content-length: 2", "", ""].join(
    "\r\n",
  ),
  "a length and chunks": [
    "POST / HTTP/1.1",
    "host: x",
    "content-length: 1",
    "transfer-encoding: chunked",
    "",
    "0",
    "",
    "",
  ].join("\r\n"),
  "a path that leaves": ["GET /../../etc/passwd HTTP/1.1", "host: x", "connection: close", "", ""].join(
    "\r\n",
  ),
  "an upgrade to something else": upgrade
    .map((header) => header.replace("websocket", "h2c"))
    .concat("", "")
    .join("\r\n"),
  "an upgrade of another version": upgrade
    .map((header) => header.replace("version: 13", "version: 9"))
    .concat("", "")
    .join("\r\n"),
  "an upgrade with a key that is none": upgrade
    .map((header) => header.replace(/key: .*/, "key: x"))
    .concat("", "")
    .join("\r\n"),
};

test.for(Object.entries(requests))("%s is refused in HTTP, on either port", async ([, request]) => {
  const { relay, connect } = await serve(stack, { metrics: { port: 0 } });
  for (const port of [relay.port, Number(new URL(relay.metricsUrl).port)]) {
    expect(await exchange(port, request)).toMatch(/^HTTP\/1\.1 4\d\d /);
  }
  expect(gist(await publish(await connect(), close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
});

test("random bytes end with their connection, on either port and after an upgrade", async () => {
  const { relay, connect } = await serve(stack, { metrics: { port: 0 } });
  const witness = await connect();
  const metricsPort = Number(new URL(relay.metricsUrl).port);
  const handshake = Buffer.from(`${upgrade.join("\r\n")}\r\n\r\n`, "latin1");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      await exchange(relay.port, bytes);
      await exchange(metricsPort, bytes);
      expect(await exchange(relay.port, Buffer.concat([handshake, bytes]))).toMatch(/^HTTP\/1\.1 101 /);
    }),
    { numRuns: 60 },
  );
  expect(gist(await publish(witness, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
});
