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

it("five relays that only know their neighbour come to hold the same, and one that was away catches up", {
  timeout: 90_000,
}, async () => {
  await using folder = await temporaryFolder();
  await using stack = new AsyncDisposableStack();
  const join = (name: string, to: readonly string[]) =>
    relayIn(
      folder.path,
      name,
      ...["--peer-listen", "/ip4/127.0.0.1/tcp/0", "--network", "test", "--seek-peers", "0"],
      ...to.flatMap((address) => ["--join", address]),
    );
  const urls: string[] = [];
  let neighbours: readonly string[] = [];
  for (const name of ["a", "b", "c", "d"]) {
    const { url, peer } = await started(stack.use(join(name, neighbours)));
    urls.push(url);
    neighbours = peer?.addresses ?? [];
    expect(neighbours).toHaveLength(1);
  }
  const held = urls.map((url) => reading(stack, url));
  const pool = stack.use(connectRelays({ relays: urls.slice(0, 1) }));
  const hold = (ids: readonly ReadonlySet<string>[], messages: readonly Message[]) =>
    vi.waitUntil(() => ids.every((one) => messages.every((message) => one.has(idOf(message)))), {
      timeout: 60_000,
      interval: 20,
    });

  const early = [1, 2, 3].map(closeOf);
  for (const message of early) await pool.publish(message.bytes);
  {
    await using away = join("e", neighbours);
    await hold([...held, reading(stack, (await started(away)).url)], early);
  }
  const late = [4, 5, 6, 7].map(closeOf);
  for (const message of late) await pool.publish(message.bytes);
  await hold(held, late);
  const back = await started(stack.use(join("e", neighbours)));
  held.push(reading(stack, back.url));
  await hold(held, [...early, ...late]);
  expect(held.map(({ size }) => size)).toEqual([7, 7, 7, 7, 7]);

  const looked = await run(folder.path, "network", back.url.replace("ws", "http"), "--once", "--json");
  expect(looked.code, looked.err).toBe(0);
  expect(JSON.parse(looked.out)).toMatchObject({
    id: back.peer?.id,
    peers: [{ outgoing: true, sync: { last: { outcome: "whole" }, fetched: 4 } }],
    sync: { ready: true, counts: { fetched: 4 } },
  });
});

it("relays that know one of them find each other, and do without it", { timeout: 90_000 }, async () => {
  await using folder = await temporaryFolder();
  await using stack = new AsyncDisposableStack();
  const listening = ["--peer-listen", "/ip4/127.0.0.1/tcp/0"];
  const first = relayIn(folder.path, "first", ...listening);
  const [address = ""] = (await started(first)).peer?.addresses ?? [];
  const others: Started[] = [];
  for (const name of ["a", "b", "c"])
    others.push(await started(stack.use(relayIn(folder.path, name, ...listening, "--join", address))));
  // One that nobody can dial.
  others.push(await started(stack.use(relayIn(folder.path, "inside", "--join", address))));

  const peersOf = async ({ url }: Started): Promise<string[]> => {
    const document = await fetch(`${url.replace("ws", "http")}/network`);
    const { network } = (await document.json()) as { network: { peers: { id: string }[] } };
    return network.peers.map(({ id }) => id);
  };
  const connected = (count: number) =>
    vi.waitUntil(async () => (await Promise.all(others.map(peersOf))).every((ids) => ids.length === count), {
      timeout: 60_000,
      interval: 50,
    });
  await connected(4);
  first.signal("SIGKILL");
  await first.ended;
  await connected(3);

  const held = others.map(({ url }) => reading(stack, url));
  const pool = stack.use(connectRelays({ relays: others.slice(-1).map(({ url }) => url) }));
  const message = closeOf(1);
  await pool.publish(message.bytes);
  await vi.waitUntil(() => held.every((ids) => ids.has(idOf(message))), { timeout: 60_000, interval: 20 });
  const looked = await run(folder.path, "network", others[0]?.url.replace("ws", "http") ?? "", "--once");
  expect(looked.out).toMatch(/peers: 3, 0 denied, 0 healed; [34] relays known/);
});

it("a private network is for those with its key, on its list, and of its name", {
  timeout: 90_000,
}, async () => {
  await using folder = await temporaryFolder();
  await using stack = new AsyncDisposableStack();
  for (const digit of ["a", "b"]) {
    const key = `/key/swarm/psk/1.0.0/\n/base16/\n${digit.repeat(64)}\n`;
    await writeFile(join(folder.path, `${digit}.key`), key, { mode: 0o600 });
  }
  const member = (name: string, ...flags: string[]): Running =>
    stack.use(relayIn(folder.path, name, "--network", "market", "--network-key", "a.key", ...flags));
  const first = await started(member("first", "--peer-listen", "/ip4/127.0.0.1/tcp/0"));
  const [address = ""] = first.peer?.addresses ?? [];
  const guarded = await started(
    member(
      "guarded",
      ...["--peer-listen", "/ip4/127.0.0.1/tcp/0", "--join", address],
      ...["--allow-peer", first.peer?.id ?? ""],
    ),
  );
  const [guardedAddress = ""] = guarded.peer?.addresses ?? [];

  const strangers = [
    relayIn(folder.path, "no key", "--network", "market", "--join", address),
    relayIn(folder.path, "b", "--network", "market", "--network-key", "b.key", "--join", address),
    relayIn(folder.path, "c", "--network", "market", "--network-key", "a.key", "--join", guardedAddress),
    relayIn(folder.path, "d", "--network", "other", "--network-key", "a.key", "--join", address),
  ].map((one) => stack.use(one));
  const [withoutKey, wrongKey, unlisted, misnamed] = strangers as [Running, Running, Running, Running];
  for (const refused of [withoutKey, wrongKey]) await refused.complains(/peer\.unreachable/);
  await unlisted.complains(/peer\.disconnected/);
  await misnamed.complains(/peer\.joined/);

  const held = reading(stack, guarded.url);
  const outside = await Promise.all(strangers.map(async (one) => reading(stack, (await started(one)).url)));
  const pool = stack.use(connectRelays({ relays: [first.url] }));
  const message = closeOf(9);
  await pool.publish(message.bytes);
  await vi.waitUntil(() => held.has(idOf(message)), { timeout: 60_000, interval: 20 });
  expect(outside.map(({ size }) => size)).toEqual([0, 0, 0, 0]);
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

it("network shows a relay among others until it is interrupted, and says where there is nothing to show", async () => {
  await using folder = await temporaryFolder();
  await using alone = relayIn(folder.path, "alone");
  const { url } = await started(alone);
  const look = (...args: string[]) => run(folder.path, "network", ...args);
  expect(await look(url)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is in no network; see --join/),
  });
  expect(await look("http://127.0.0.1:9")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no relay answers/),
  });
  expect(await look("relay.example")).toMatchObject({ code: 2, err: expect.stringMatching(/no address/) });

  await using joined = relayIn(
    folder.path,
    "joined",
    "--join",
    "/ip4/127.0.0.1/tcp/9",
    "--metrics-port",
    "0",
  );
  const { url: clients, metrics } = JSON.parse(await joined.says(/"url"/)) as {
    url: string;
    metrics: string;
  };
  expect(await look(clients)).toMatchObject({ code: 1, err: expect.stringMatching(/on another port/) });
  await using live = start(
    folder.path,
    "network",
    metrics.replace("/metrics", ""),
    "--every",
    "1s",
    "--topics",
  );
  await live.says(/not connected to \/ip4\/127\.0\.0\.1\/tcp\/9/);
  await live.says(/intent:1f/);
  await live.says(/peers: 0, 0 denied, 0 healed/);
  live.signal("SIGINT");
  expect((await live.ended).code).toBe(0);
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
  expect(await said("--join", "/ip4/127.0.0.1/tcp/1", "--seek-peers", "many")).toMatch(
    /whole number, such as 8/,
  );
  expect(await said("--carry", "bicycles!")).toMatch(/no market/);
});
