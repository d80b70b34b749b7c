/** One network address is one client, also behind a proxy. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { behindProxies } from "../src/adapters/client-address.ts";
import { jsonLog } from "../src/adapters/json-log.ts";
import type { RelayConfig } from "../src/relay.ts";
import { close, now } from "./messages.ts";
import { RawClient } from "./raw-client.ts";
import { gist, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** A relay behind a proxy on this machine, which says for whom it connects. */
async function behindProxy(config: RelayConfig) {
  const serving = await serve(stack, { proxies: ["127.0.0.1"], ...config });
  const connectFor = async (address: string) =>
    stack.use(await RawClient.connect(serving.relay.url, undefined, { "x-forwarded-for": address }));
  return { ...serving, connectFor };
}

describe("connections from one address", () => {
  test("are so many and no more: the next is told 429, and another address is not concerned", async () => {
    const { relay, connectFor } = await behindProxy({ connectionsPerAddress: 2 });
    const first = await connectFor("192.0.2.1");
    await connectFor("192.0.2.1");
    await expect(connectFor("192.0.2.1")).rejects.toThrow("429");
    await connectFor("192.0.2.2");
    first.webSocket.close();
    await first.closed;
    const text = await (await fetch(relay.metricsUrl)).text();
    expect(text).toContain('intentcast_relay_turned_away_total{why="address-full"} 1');
    await connectFor("192.0.2.1");
  });

  test("of one IPv6 network count together", async () => {
    const { connectFor } = await behindProxy({ connectionsPerAddress: 1 });
    await connectFor("2001:db8:0:1::1");
    await expect(connectFor("2001:db8:0:1:ffff::9")).rejects.toThrow("429");
    await connectFor("2001:db8:1::1");
  });

  test("share the address's quota, whatever connection they use", async () => {
    const { connectFor, clock } = await behindProxy({ quotas: { address: { perSecond: 1, burst: 2 } } });
    const [one, other, stranger] = [
      await connectFor("192.0.2.1"),
      await connectFor("192.0.2.1"),
      await connectFor("192.0.2.9"),
    ];
    expect(gist(await publish(one, close(1)))).toMatchObject(["accepted", 1, {}]);
    expect(gist(await publish(other, close(2)))).toMatchObject(["accepted", 1, {}]);
    expect(gist(await publish(one, close(3)))).toEqual(["rejected", 1, "admit", "rate-limited"]);
    expect(gist(await publish(stranger, close(3)))).toMatchObject(["accepted", 1, {}]);
    clock.advance(1);
    expect(gist(await publish(other, close(4)))).toMatchObject(["accepted", 1, {}]);
  });
});

test("what a client says of its own address is not believed", () => {
  const trusting = behindProxies(["10.0.0.0/8", "2001:db8::5"]);
  expect(trusting("10.1.2.3", "203.0.113.7, 192.0.2.1")).toBe("192.0.2.1");
  expect(trusting("10.1.2.3", "192.0.2.1, 10.9.9.9")).toBe("192.0.2.1");
  expect(trusting("::ffff:10.1.2.3", "192.0.2.1")).toBe("192.0.2.1");
  expect(trusting("2001:db8::5", "192.0.2.1")).toBe("192.0.2.1");
  expect(trusting("198.51.100.1", "192.0.2.1")).toBe("198.51.100.1");
  expect(trusting("10.1.2.3", undefined)).toBeUndefined();
  expect(trusting("10.1.2.3", "nonsense")).toBeUndefined();
  for (const wrong of ["proxy.example", "10.0.0.0/33", "10.0.0.0/x", ""])
    expect(() => behindProxies([wrong])).toThrow(RangeError);
});

test("a proxy on this machine that nobody named is pointed out once", async () => {
  const events: string[] = [];
  const log = jsonLog(
    (line) => events.push(JSON.parse(line).event),
    () => now,
  );
  const { relay } = await serve(stack, { log });
  for (let i = 0; i < 2; i++)
    stack.use(await RawClient.connect(relay.url, undefined, { "x-forwarded-for": "192.0.2.1" }));
  expect(events).toEqual(["relay.started", "proxy.not-trusted"]);
});
