/** Any bytes at the socket: a typed refusal, a closed connection where nothing else makes sense, nobody else harmed. */
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { encodeFrame, encodeValue } from "@intentcast/protocol";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { close } from "./messages.ts";
import { RawClient } from "./raw-client.ts";
import { gist, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

test.for<[string, Uint8Array | string, string, number]>([
  ["text", "hello", "frame-not-binary", 1003],
  ["a frame that is too large", new Uint8Array(65_537), "frame-too-large", 1009],
  ["bytes that are not the wire profile", Uint8Array.of(0xff, 0), "frame-malformed", 1002],
  ["an empty frame", new Uint8Array(0), "frame-malformed", 1002],
  ["a frame without a name", encodeValue([1, 2]), "frame-malformed", 1002],
  ["a frame with another name", encodeValue(["gossip", 1]), "frame-unknown", 1002],
  ["a frame that only a relay sends", encodeFrame(["caughtUp", 1, 1]), "frame-unknown", 1002],
  ["a frame with too few parts", encodeValue(["publish", 1]), "frame-malformed", 1002],
  ["a frame with a part of another type", encodeValue(["publish", "1", 2]), "frame-malformed", 1002],
])("%s is refused by its code, and ends the connection", async ([, data, code, closeCode]) => {
  const { connect } = await serve(stack);
  const [client, other] = [await connect(), await connect()];
  client.sendRaw(data);
  expect(gist(await client.next("rejected"))).toEqual(["rejected", 0, "frame", code]);
  expect(await client.closed).toEqual({ code: closeCode, reason: code });
  expect(gist(await publish(other, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
});

test("a frame far beyond the limit is not even taken in", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  client.sendRaw(new Uint8Array(1_000_000));
  expect(await client.closed).toMatchObject({ code: 1009 });
});

test("what follows a frame that could not be read is not acted on", async () => {
  const { connect } = await serve(stack);
  const [client, other] = [await connect(), await connect()];
  client.sendRaw("hello");
  client.send("publish", 1, close(1).bytes);
  await client.closed;
  expect(client.waiting("accepted")).toEqual([]);
  expect(gist(await publish(other, close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
});

test("random bytes get a refusal each", async () => {
  const { relay } = await serve(stack);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await using client = await RawClient.connect(relay.url);
      client.sendRaw(bytes);
      expect(gist(await client.next("rejected"))).toMatchObject([
        "rejected",
        0,
        "frame",
        expect.stringMatching(/^frame-/),
      ]);
      expect((await client.closed).code).toBe(1002);
    }),
    { numRuns: 50 },
  );
});

test("a frame with one byte changed never ends anything but its own connection", async () => {
  const { relay, connect } = await serve(stack);
  const witness = await connect();
  const frame = encodeFrame(["publish", 1, close(1).bytes]);
  await fc.assert(
    fc.asyncProperty(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const mutant = frame.slice();
      mutant[at] = (mutant[at] as number) ^ mask;
      await using client = await RawClient.connect(relay.url);
      client.sendRaw(mutant);
      expect(["accepted", "rejected", "ended"]).toContain(
        (await client.next("accepted", "rejected", "ended"))[0],
      );
    }),
    { numRuns: 50 },
  );
  await witness.settled();
});

test.for([[["other.v1"]], [[]]])(
  "a connection with the subprotocols %j is refused",
  async ([subprotocols]) => {
    const { relay } = await serve(stack);
    await expect(RawClient.connect(relay.url, subprotocols)).rejects.toThrow("400");
  },
);

test("compression is not taken up", async () => {
  const { relay } = await serve(stack);
  const webSocket = new WebSocket(relay.url, ["intentcast.v1"], { perMessageDeflate: true });
  await once(webSocket, "open");
  expect(webSocket.extensions).toBe("");
  webSocket.terminate();
});

test("bytes that are not HTTP are answered as such", async () => {
  const { relay } = await serve(stack);
  const tcp = connectTcp(relay.port, "127.0.0.1");
  tcp.write("\u0000\u0001 this is not HTTP\r\n\r\n");
  const [answer] = await once(tcp, "data");
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
  tcp.destroy();
});
