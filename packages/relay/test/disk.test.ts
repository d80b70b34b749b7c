/** A disk that is full, or fails: publishing is refused and says why, reading goes on, and all of it without a restart. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { close, largeSealed, mailbox, now } from "./messages.ts";
import { RawClient } from "./raw-client.ts";
import { fromStart, gist, manualTimers, proof, publish, serve, temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const full = ["rejected", 1, "store", "store-full"];

/** Publishes what it is given until something is refused: how many were accepted, and the refusal. */
async function publishUntilRefused(client: RawClient, messages: Iterable<Uint8Array>) {
  let accepted = 0;
  for (const bytes of messages) {
    const answer = await publish(client, bytes);
    if (answer[0] === "rejected") return { accepted, refusal: gist(answer) };
    accepted += 1;
  }
  throw new Error("nothing was refused");
}

/** Messages that expire after ten seconds, without end. */
function* shortLived() {
  for (let i = 0; ; i++) yield close(i, { expires: now + 10 }).bytes;
}

const readyOf = async (url: string) => (await fetch(`${url.replace("ws", "http")}/readyz`)).json();

/** The positions of all that is stored. */
async function stored(client: RawClient): Promise<number[]> {
  client.send("subscribe", 1, {}, { ...fromStart, live: false });
  await client.next("ended");
  return client.waiting("message").map(([, , position]) => position);
}

test("a store as large as it may be takes messages again when old ones have expired, in the same process", async () => {
  const timers = manualTimers();
  const data = await temporaryFolder(stack);
  const config = { data, timers, space: { maxBytes: 512 * 1024 }, quotas: "off" } as const;
  const { relay, clock, connect } = await serve(stack, config);
  const client = await connect();
  const { accepted, refusal } = await publishUntilRefused(client, shortLived());
  expect(accepted).toBeGreaterThan(100);
  expect(refusal).toEqual(full);
  expect(await readyOf(relay.url)).toEqual({ status: "ok", publishing: "store-full" });
  // It is not even tried again before somebody has looked whether there is room.
  expect(gist(await publish(client, close(9_999_999)))).toEqual(full);
  const everything = Array.from({ length: accepted }, (_, i) => i + 1);
  expect(await stored(await connect())).toEqual(everything);

  clock.advance(10);
  const isOpen = async () => (await readyOf(relay.url)).publishing === "open";
  while (!(await isOpen())) {
    timers.tick();
    await timers.turn();
  }
  expect(gist(await publish(client, close(9_999_999)))).toMatchObject([
    "accepted",
    1,
    { position: accepted + 1 },
  ]);
  expect(await stored(await connect())).toEqual([accepted + 1]);
});

test("a disk with less free than the reserve is not filled further; what is stored is served", async () => {
  const data = await temporaryFolder(stack);
  const before = await serve(stack, { data });
  await publish(await before.connect(), close(1));
  await before.relay.stop();
  const { relay, connect } = await serve(stack, { data, space: { reserveBytes: Number.MAX_SAFE_INTEGER } });
  while ((await readyOf(relay.url)).publishing !== "store-full");
  const client = await connect();
  expect(gist(await publish(client, close(2)))).toEqual(full);
  expect(await stored(client)).toEqual([1]);
});

test("when the system lets no file grow, messages are refused; when it does again, they are taken, and none is lost", async () => {
  const data = await temporaryFolder(stack);
  const relayModule = JSON.stringify(join(import.meta.dirname, "../src/relay.ts"));
  const code = `
    import { startRelay } from ${relayModule};
    const relay = await startRelay({ data: process.argv[1], port: 0, clock: () => ${now}, quotas: "off" });
    console.log(relay.url);`;
  const node = [process.execPath, "--input-type=module", "--eval", code, data];
  const child = spawn("prlimit", [`--fsize=${1024 * 1024}:unlimited`, ...node]);
  stack.defer(() => void child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  const url = String(line).trim();
  const client = stack.use(await RawClient.connect(url));
  const letters = await largeSealed(200);
  const { accepted, refusal } = await publishUntilRefused(
    client,
    letters.map(({ bytes }) => bytes),
  );
  expect(accepted).toBeGreaterThan(3);
  expect(refusal.slice(0, 3)).toEqual(["rejected", 1, "store"]);
  expect(["store-failed", "store-full"]).toContain(refusal[3]);
  client.send("authenticate", 1, ...proof(client.hello, mailbox.signer));
  await client.answer();
  client.send("subscribe", 1, { mailboxes: [mailbox.signer.publicKey] }, fromStart);
  const served = await client.take(accepted, "message");
  expect(served.map(([, , position]) => position)).toEqual(Array.from({ length: accepted }, (_, i) => i + 1));

  await promisify(execFile)("prlimit", ["--pid", String(child.pid), "--fsize=unlimited"]);
  const rest = letters.slice(accepted);
  for (const [i, { bytes }] of rest.entries()) {
    expect(gist(await publish(client, bytes))).toMatchObject(["accepted", 1, { position: accepted + 1 + i }]);
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  const { connect } = await serve(stack, { data });
  expect((await connect()).hello.position).toBe(letters.length);
});
