import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Message, signerFromSeed, unwrap, writeMessage } from "@intentcast/protocol";
import { connectRelays } from "@intentcast/relay-client";
import { type Running, temporaryFolder } from "@intentcast/testkit";
import { expect, it, vi } from "vitest";
import { run, start } from "./program.ts";

type Started = {
  readonly url: string;
  readonly peer?: { readonly id: string; readonly addresses: readonly string[] };
};

const started = async (relay: Running): Promise<Started> => JSON.parse(await relay.says(/"url"/)) as Started;

const relayIn = (folder: string, data: string, ...args: string[]): Running =>
  start(folder, "relay", "--port", "0", "--json", "--data", data, ...args);

const closeOf = (fill: number): Message => {
  const now = Math.floor(Date.now() / 1000);
  return unwrap(
    writeMessage(
      "close",
      {
        nonce: new Uint8Array(16).fill(fill),
        issued: now,
        expires: now + 3600,
        thread: new Uint8Array(32).fill(fill),
        reason: "withdrawn",
      },
      signerFromSeed(new Uint8Array(32).fill(fill)),
    ),
  );
};

const idOf = ({ id }: Message): string => Buffer.from(id).toString("hex");

/** The ids of all that a relay holds and gets, as they come. */
function reading(stack: AsyncDisposableStack, url: string): ReadonlySet<string> {
  const ids = new Set<string>();
  const pool = stack.use(connectRelays({ relays: [url] }));
  void (async () => {
    for await (const { message } of pool.subscribe({ kinds: ["close"] })) ids.add(idOf(message));
  })();
  return ids;
}

it("five relays that only know their neighbour carry what is published at one to the far end, and hold the same", {
  timeout: 90_000,
}, async () => {
  await using folder = await temporaryFolder();
  await using stack = new AsyncDisposableStack();
  const urls: string[] = [];
  let previous: readonly string[] = [];
  for (let i = 0; i < 5; i++) {
    const joins = previous.flatMap((address) => ["--join", address]);
    const args = ["--peer-listen", "/ip4/127.0.0.1/tcp/0", "--network", "test", ...joins];
    const { url, peer } = await started(stack.use(relayIn(folder.path, `r${i}`, ...args)));
    urls.push(url);
    previous = peer?.addresses ?? [];
    expect(previous).toHaveLength(1);
  }
  const held = urls.map((url) => reading(stack, url));
  const pool = stack.use(connectRelays({ relays: urls.slice(0, 1) }));
  const publish = (message: Message) => pool.publish(message.bytes);

  // Relays that have just met do not know yet who wants what: trials show when they do.
  let trial = 100;
  await vi.waitUntil(
    async () => {
      await publish(closeOf(trial++));
      return held.at(-1)?.size;
    },
    { timeout: 60_000, interval: 200 },
  );
  const messages = [1, 2, 3].map(closeOf);
  for (const message of messages) await publish(message);
  const hasAll = (ids: ReadonlySet<string>) => messages.every((message) => ids.has(idOf(message)));
  await vi.waitUntil(() => held.every(hasAll), { timeout: 25_000, interval: 20 });
});

it("a relay keeps its name over a restart, and has none without a network", async () => {
  await using folder = await temporaryFolder();
  const nameOf = async (): Promise<string | undefined> => {
    await using relay = relayIn(folder.path, "r", "--peer-listen", "/ip4/127.0.0.1/tcp/0");
    return (await started(relay)).peer?.id;
  };
  const name = await nameOf();
  expect(name).toMatch(/^12D3Koo/);
  expect(await nameOf()).toBe(name);
  await using alone = relayIn(folder.path, "alone");
  expect((await started(alone)).peer).toBeUndefined();
  await expect(readFile(join(folder.path, "alone", "relay", "identity.key"))).rejects.toThrow("ENOENT");
});

it("what is no multiaddr, no name of a network, or no key of one is refused with what to write instead", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "key"), "not a key");
  const said = async (...args: string[]) => {
    const { code, err } = await run(folder.path, "relay", "--port", "0", "--data", "d", ...args);
    expect(code).not.toBe(0);
    return err;
  };
  expect(await said("--join", "relay.example:7448")).toMatch(/multiaddr is such as/);
  expect(await said("--join", "/ip4/127.0.0.1/tcp/1", "--network", "Our Market")).toMatch(/small letters/);
  expect(await said("--join", "/ip4/127.0.0.1/tcp/1", "--network-key", "key")).toMatch(/no pre-shared key/);
  expect(await said("--join", "/ip4/127.0.0.1/tcp/1", "--network-key", "none")).toMatch(/cannot be read/);
  expect(await said("--carry", "bicycles!")).toMatch(/no market/);
});
