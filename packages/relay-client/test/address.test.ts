import { describe, expect, test } from "vitest";
import { nameAgrees, parseAddress } from "../src/address.ts";

describe("an address", () => {
  test.each([
    ["ws://localhost:7447", "ws://localhost:7447"],
    ["ws://localhost:7447/", "ws://localhost:7447"],
    ["WSS://Relay.Example", "wss://relay.example"],
    ["wss://relay.example:443/", "wss://relay.example"],
    ["wss://relay.example/market", "wss://relay.example/market"],
    ["wss://relay.example//", "wss://relay.example//"],
    ["ws://[::1]:7447", "ws://[::1]:7447"],
  ])("%s has the one form %s", (text, form) => {
    expect(parseAddress(text)).toEqual({ ok: true, value: form });
  });

  test.each([
    "",
    "localhost:7447",
    "https://relay.example",
    "ws://",
    "wss://me:secret@relay.example",
    "wss://relay.example/#here",
    `wss://relay.example/${"a".repeat(200)}`,
  ])("%j is refused", (text) => {
    expect(parseAddress(text)).toMatchObject({ ok: false, error: { code: "relay-address" } });
  });
});

describe("a relay's name", () => {
  test.each([
    ["wss://relay.example", "relay.example:443"],
    ["wss://relay.example", "relay.example"],
    ["wss://relay.example", "Relay.Example"],
    ["wss://relay.example/market", "relay.example"],
    ["ws://relay.example:7447", "relay.example:7447"],
    ["ws://relay.example", "relay.example:80"],
    ["ws://localhost:7447", "anything"],
    ["ws://127.3.2.1:7447", "anything"],
    ["ws://[::1]:7447", "anything"],
  ])("at %s may be %s", (address, name) => {
    expect(nameAgrees(address, name)).toBe(true);
  });

  test.each([
    ["wss://relay.example", "other.example"],
    ["wss://relay.example", "relay.example:80"],
    ["wss://relay.example:7447", "relay.example"],
    ["wss://relay.example:7447", "relay.example:7448"],
    ["wss://127.example", "other.example"],
    ["wss://localhost.example", "localhost"],
    ["ws://10.0.0.1:7447", "localhost:7447"],
    ["wss://relay.example", ""],
  ])("at %s may not be %j", (address, name) => {
    expect(nameAgrees(address, name)).toBe(false);
  });
});

test("a refused address cannot drive the terminal that it is shown on", () => {
  const refused = parseAddress("ws://\u007f\u009b31m");
  expect(refused.ok || /\p{Cc}/u.test(refused.error.detail)).toBe(false);
});
