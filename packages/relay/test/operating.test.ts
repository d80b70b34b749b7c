/** What an operator meets: documents, logs, sweeping, starting and stopping. */
import { toHex } from "@intentcast/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jsonLog } from "../src/adapters/json-log.ts";
import { defaultLimits } from "../src/core/limits.ts";
import { startRelay } from "../src/relay.ts";
import { close, now, sealed } from "./messages.ts";
import { fromStart, gist, manualTimers, publish, serve, temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const httpOf = (url: string) => url.replace("ws:", "http:");

describe("over plain HTTP", () => {
  test("/ tells what hello tells, as JSON for everybody", async () => {
    const { relay, connect } = await serve(stack);
    const client = await connect();
    await publish(client, close(1));
    const response = await fetch(httpOf(relay.url));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(await response.json()).toEqual({
      version: 1,
      name: relay.url.slice("ws://".length),
      software: client.hello.software,
      position: 1,
      time: now,
      limits: defaultLimits,
      store: toHex(client.hello.store),
      kinds: ["intent", "close", "profile", "sealed"],
    });
  });

  test("/healthz says ok", async () => {
    const { relay } = await serve(stack);
    const response = await fetch(`${httpOf(relay.url)}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });

  test("/metrics counts, for Prometheus", async () => {
    const { relay, connect } = await serve(stack);
    const client = await connect();
    client.send("subscribe", 1, {}, fromStart);
    await publish(client, close(1));
    await publish(client, close(1));
    await publish(client, Uint8Array.of(1));
    const response = await fetch(`${httpOf(relay.url)}/metrics`);
    expect(response.headers.get("content-type")).toContain("text/plain");
    const lines = (await response.text()).split("\n");
    for (const line of [
      "intentcast_relay_connections 1",
      "intentcast_relay_subscriptions 1",
      'intentcast_relay_accepted_total{duplicate="false"} 1',
      'intentcast_relay_accepted_total{duplicate="true"} 1',
      'intentcast_relay_rejected_total{code="envelope-form"} 1',
      'intentcast_relay_deliveries_total{source="live"} 1',
      "intentcast_relay_commit_messages_count 2",
      "intentcast_relay_store_head 1",
    ])
      expect(lines).toContain(line);
  });

  test.for([
    ["GET", "/etc/passwd", 404],
    ["POST", "/", 405],
    ["HEAD", "/healthz", 200],
  ] as const)("%s %s is answered with %i", async ([method, path, status]) => {
    const { relay } = await serve(stack);
    expect((await fetch(`${httpOf(relay.url)}${path}`, { method })).status).toBe(status);
  });
});

test("what has expired is swept out of the store", async () => {
  const timers = manualTimers();
  const { relay, connect, clock } = await serve(stack, { timers, data: await temporaryFolder(stack) });
  const client = await connect();
  await publish(client, close(1, { expires: now + 10 }));
  await publish(client, close(2));
  clock.advance(10);
  timers.tick();
  const swept = async () =>
    (await (await fetch(`${httpOf(relay.url)}/metrics`)).text()).match(/swept_total (\d+)/)?.[1];
  while ((await swept()) === "0") await timers.turn();
  expect(await swept()).toBe("1");
  // A removed message is new again, were it not for its expiry.
  clock.advance(-10);
  expect(gist(await publish(client, close(1, { expires: now + 10 })))).toMatchObject([
    "accepted",
    1,
    { position: 3 },
  ]);
});

test("a client that says nothing at all, not even pong, is dropped", async () => {
  const timers = manualTimers();
  const { connect } = await serve(stack, { timers });
  const [silent, alive] = [await connect(), await connect()];
  silent.webSocket.pause();
  alive.webSocket.on("ping", () => {});
  timers.tick();
  await new Promise((resolve) => alive.webSocket.once("ping", resolve));
  await alive.settled();
  timers.tick();
  silent.webSocket.resume();
  expect(await silent.closed).toMatchObject({ code: 1006 });
  await alive.settled();
});

describe("stopping", () => {
  test("answers what was asked, tells subscribers and closes as going away", async () => {
    const data = await temporaryFolder(stack);
    const { relay, connect } = await serve(stack, { data });
    const client = await connect();
    client.send("subscribe", 1, {}, fromStart);
    await client.next("caughtUp");
    for (let i = 1; i <= 20; i++) client.send("publish", i, close(i).bytes);
    await client.next("accepted");
    await relay.stop();
    const { code } = await client.closed;
    expect(code).toBe(1001);
    expect(client.waiting("ended")).toEqual([["ended", 1, "shutting-down", ""]]);
    const accepted = client.waiting("accepted").length + 1;
    // What it did not accept it refused, and what it accepted is there.
    expect(accepted + client.waiting("rejected").length).toBeLessThanOrEqual(20);
    const again = await serve(stack, { data });
    expect((await again.connect()).hello.position).toBe(accepted);
  });

  test("refuses new connections and ends once, however often it is asked", async () => {
    const { relay } = await serve(stack);
    await Promise.all([relay.stop(), relay.stop(), relay.closed(), relay[Symbol.asyncDispose]()]);
    await expect(fetch(httpOf(relay.url))).rejects.toThrow();
  });

  test("does not wait for ever for a client that does not say goodbye", async () => {
    const timers = manualTimers();
    const { relay, connect } = await serve(stack, { timers });
    const client = await connect();
    client.webSocket.pause();
    let stopped = false;
    const stopping = relay.stop().then(() => {
      stopped = true;
    });
    for (let turn = 0; turn < 20; turn++) await timers.turn();
    expect(stopped).toBe(false);
    timers.tick();
    await stopping;
  });
});

describe("starting", () => {
  test("is refused on a data folder that another relay holds, and that relay goes on", async () => {
    const data = await temporaryFolder(stack);
    const { connect } = await serve(stack, { data });
    await expect(startRelay({ data, port: 0 })).rejects.toMatchObject({
      code: "data-held",
      message: `${data} is in use by process ${process.pid}`,
    });
    expect(gist(await publish(await connect(), close(1)))).toMatchObject(["accepted", 1, { position: 1 }]);
  });

  test("is refused on a port that is taken, and lets go of the data folder", async () => {
    const data = await temporaryFolder(stack);
    const { relay } = await serve(stack);
    await expect(startRelay({ data, port: relay.port })).rejects.toMatchObject({ code: "address-in-use" });
    await serve(stack, { data });
  });

  test("is refused on an address that is not this machine's", async () => {
    await expect(startRelay({ host: "192.0.2.1", port: 0 })).rejects.toMatchObject({
      code: "address-refused",
    });
  });

  test("takes the name given, or the address it listens on", async () => {
    const { relay, connect } = await serve(stack, { name: "relay.example:443" });
    expect([relay.name, (await connect()).hello.name]).toEqual(["relay.example:443", "relay.example:443"]);
    const { relay: other } = await serve(stack, { host: "::1" });
    expect([other.name, other.url]).toEqual([`[::1]:${other.port}`, `ws://[::1]:${other.port}`]);
  });
});

test("the log is a line of JSON an event, and tells nothing of what passed through", async () => {
  const lines: string[] = [];
  const { relay, connect } = await serve(stack, {
    log: jsonLog(
      (line) => lines.push(line),
      () => now,
      "debug",
    ),
  });
  const client = await connect();
  await publish(client, await sealed(1));
  client.sendRaw("secret words");
  await client.closed;
  while (!lines.some((line) => line.includes("connection.closed")))
    await new Promise((resolve) => setImmediate(resolve));
  await relay.stop();
  const events = lines.map((line) => JSON.parse(line));
  expect(events.map(({ event, connection }) => [event, connection])).toEqual([
    ["relay.started", undefined],
    ["connection.opened", 1],
    ["connection.closed", 1],
    ["relay.stopping", undefined],
    ["relay.stopped", undefined],
  ]);
  expect(events[2]).toMatchObject({ level: "debug", code: 1003 });
  expect(events[0]).toMatchObject({ time: "2026-01-01T00:00:00.000Z", level: "info", name: relay.name });
  expect(lines.join()).not.toContain("secret");
  expect(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
});
