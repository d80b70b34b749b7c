import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meetingRelays } from "../src/index.ts";

const own = ["wss://one.example", "wss://two.example"];

describe("two parties meet", () => {
  test("at the relays that both name, in whatever form they write them", () => {
    expect(meetingRelays(own, ["wss://three.example", "wss://TWO.example:443/"])).toEqual([
      "wss://two.example",
    ]);
  });

  test("at the other side's, where none is shared", () => {
    expect(meetingRelays(own, ["wss://three.example/", "wss://three.example"])).toEqual([
      "wss://three.example",
    ]);
  });

  test.each([
    ["names none", []],
    ["names what is no address", ["ws://user:password@host.example", "three"]],
    ["names inward addresses alone", ["ws://127.0.0.1:22"]],
  ])("at our own, where the other side %s", (_, theirs) => {
    expect(meetingRelays(own, theirs)).toEqual(own);
  });
});

describe("a stranger does not make us dial into our own network", () => {
  const inward = [
    ...["ws://localhost:7447", "ws://localhost.", "ws://shop.localhost", "ws://router", "ws://printer.local"],
    ...["ws://metadata.google.internal", "ws://nas.home.arpa", "ws://nas.lan"],
    ...["ws://127.0.0.1", "ws://127.255.0.1", "ws://2130706433", "ws://0x7f.1", "ws://0.0.0.0", "ws://127.1"],
    ...["ws://10.0.0.1", "ws://172.16.0.1", "ws://172.31.255.255", "ws://192.168.1.1", "ws://100.64.0.1"],
    ...[
      "ws://169.254.169.254",
      "ws://198.19.0.1",
      "ws://224.0.0.1",
      "ws://255.255.255.255",
      "ws://192.0.2.1",
    ],
    ...[
      "ws://[::1]",
      "ws://[::]",
      "ws://[fe80::1]",
      "ws://[fc00::1]",
      "ws://[fd12:3456::1]",
      "ws://[ff02::1]",
    ],
    ...["ws://[::ffff:127.0.0.1]", "ws://[::ffff:10.0.0.1]", "ws://[64:ff9b::a00:1]", "ws://[2002:7f00:1::]"],
    ...["ws://[2001:db8::1]", "ws://[::127.0.0.1]"],
  ];
  test.each(inward)("%s is left out", (address) => {
    expect(meetingRelays(own, [address, "wss://three.example"])).toEqual(["wss://three.example"]);
  });

  test.each(inward)("%s is dialled if one of ours is inward too", (address) => {
    expect(meetingRelays(["ws://127.0.0.1:7447"], [address])).toHaveLength(1);
    expect(meetingRelays(["ws://127.0.0.1:7447"], [address])).not.toEqual(["ws://127.0.0.1:7447"]);
  });

  test.each([
    ...["ws://172.15.0.1", "ws://172.32.0.1", "ws://100.128.0.1", "ws://11.0.0.1", "ws://192.169.0.1"],
    ...[
      "ws://223.255.255.255",
      "ws://128.0.0.1",
      "ws://local.example",
      "ws://10.example",
      "ws://1.2.3.4.example",
    ],
    ...["ws://[2606:4700::1111]", "ws://[2002:808:808::]", "ws://[2a00:1450:4001:830::200e]"],
  ])("%s is as good as any", (address) => {
    expect(meetingRelays(own, [address])).toEqual([address]);
  });
});

test("whatever a stranger writes, there is somewhere to publish, and each place is an address", () => {
  const theirs = fc.array(
    fc.oneof(
      fc.webUrl({ validSchemes: ["ws", "wss"] }),
      fc.string(),
      fc.ipV4().map((ip) => `ws://${ip}`),
      fc.ipV6().map((ip) => `ws://[${ip}]`),
    ),
  );
  fc.assert(
    fc.property(theirs, (relays) => {
      const places = meetingRelays(own, relays);
      expect(places.length).toBeGreaterThan(0);
      expect(meetingRelays(places, places)).toEqual(places);
    }),
  );
});
