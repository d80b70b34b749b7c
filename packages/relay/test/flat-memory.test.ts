/** Whatever is refused leaves nothing behind: a relay's memory after a flood of it is what it was before. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { encodeFrame, encodeValue } from "@intentcast/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { close, forged, now, sealed } from "./messages.ts";
import { RawClient } from "./raw-client.ts";
import { temporaryFolder } from "./serving.ts";

const mebibyte = 1024 * 1024;

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** A relay in a process of its own, and what its memory holds that is still of use. */
async function spawnRelay() {
  const relayModule = JSON.stringify(join(import.meta.dirname, "../src/relay.ts"));
  const code = `
    import { startRelay } from ${relayModule};
    const relay = await startRelay({ data: process.argv[1], port: 0, clock: () => ${now}, quotas: "off" });
    process.on("message", () => {
      gc();
      gc();
      const { heapUsed, external } = process.memoryUsage();
      process.send(heapUsed + external);
    });
    process.send(relay.url);`;
  const child = spawn(
    process.execPath,
    ["--expose-gc", "--input-type=module", "--eval", code, await temporaryFolder(stack)],
    { stdio: ["ignore", "ignore", "inherit", "ipc"] },
  );
  stack.defer(() => void child.kill("SIGKILL"));
  const answer = async (): Promise<unknown> => (await once(child, "message"))[0];
  const url = String(await answer());
  const metrics = async (): Promise<string> => (await fetch(`${url.replace("ws", "http")}/metrics`)).text();
  /** When the last client has gone. */
  const usedBytes = async (): Promise<number> => {
    while (!(await metrics()).includes("intentcast_relay_connections 0\n"));
    child.send("how much?");
    return Number(await answer());
  };
  return { url, usedBytes };
}

/** What is refused, the number-th of its kind; none has the bytes of another. */
const refused: Readonly<Record<string, (number: number) => Uint8Array | Promise<Uint8Array>>> = {
  oversized: (number) => new Uint8Array(40_000).fill(number),
  malformed: (number) => new Uint8Array(500).fill(number),
  "non-canonical": (number) => Uint8Array.of(...close(number).bytes, 0),
  "mis-signed": (number) => forged(close(number)),
  expired: (number) => close(number, { issued: now - 20, expires: now }).bytes,
  "not yet valid": (number) => close(number, { issued: now + 301 }).bytes,
  "too long-lived": (number) => close(number, { expires: now + 31 * 86_400 }).bytes,
  "for nobody": async (number) => (await sealed(number)).bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte)),
};

/** Frames that end their connection. */
const broken = [encodeValue(["gossip", 1]), new Uint8Array(70_000), Uint8Array.of(0xff), new Uint8Array(0)];

/** What each flood asks for on one connection: ten thousand and more in all. */
const subscriptions = 1000;

test("a relay's memory is flat under floods of whatever it refuses", async () => {
  const { url, usedBytes } = await spawnRelay();
  let number = 0;
  let answered = 0;

  async function flood(): Promise<void> {
    await using client = await RawClient.connect(url);
    for (const [kind, make] of Object.entries(refused)) {
      for (let i = 0; i < 100; i++) client.send("publish", i, await make(++number));
      for (let i = 0; i < 100; i++) expect([kind, (await client.answer())[0]]).toEqual([kind, "rejected"]);
      answered += 100;
    }
    // Said again, it is a duplicate each time.
    for (let i = 0; i < 100; i++) client.send("publish", i, close(0).bytes);
    await client.take(100, "accepted");
    for (let i = 1; i <= subscriptions; i++)
      client.send("subscribe", i, { kinds: ["close"] }, { live: true, credit: 1 });
    await client.take(subscriptions - client.hello.limits.subscriptions, "ended");
    for (const frame of broken) {
      await using other = await RawClient.connect(url);
      other.sendRaw(frame);
      await other.closed;
    }
    // A message that breaks off, and its connection with it.
    await using half = await RawClient.connect(url);
    half.webSocket.send(encodeFrame(["publish", 1, close(1).bytes]).subarray(0, 50), { fin: false });
  }

  // What is compiled, and caches of a fixed size, are there after the first ones.
  for (let i = 0; i < 4; i++) await flood();
  const before = await usedBytes();
  for (let i = 0; i < 8; i++) await flood();
  expect(answered).toBe(12 * 800);
  expect((await usedBytes()) - before).toBeLessThan(3 * mebibyte);
});
