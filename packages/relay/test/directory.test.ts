import { signerFromSeed } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import { Directory } from "../src/core/directory.ts";
import { ownStatement } from "../src/core/own-statement.ts";
import { decodePeersFrame, encodePeersFrame } from "../src/core/peers-frame.ts";
import { reachesAsFar, reachOf, reachOfIp } from "../src/core/reach.ts";
import { isCurrent, readRelayRecord, type Statement, writeRelayRecord } from "../src/core/relay-record.ts";
import { allTopics } from "../src/core/topic.ts";

const now = 1_900_000_000;
const statement = (over: Partial<Statement> = {}): Statement => ({
  network: "public",
  addresses: ["/dns4/relay.example/tcp/7448/p2p/name"],
  issued: now,
  expires: now + 3600,
  ...over,
});
const signer = signerFromSeed(new Uint8Array(32).fill(7));
const record = (over: Partial<Statement> = {}) => writeRelayRecord(statement(over), signer);
const portable = () => true;

describe("an address reaches", () => {
  test.for([
    ["/ip4/127.0.0.1/tcp/1", "machine"],
    ["/ip6/::1/tcp/1", "machine"],
    ["/ip6/::ffff:127.0.0.1/tcp/1", "machine"],
    ["/dns4/localhost/tcp/1", "machine"],
    ["/ip4/10.1.2.3/tcp/1", "site"],
    ["/ip4/192.168.0.9/tcp/1", "site"],
    ["/ip4/172.31.0.1/tcp/1", "site"],
    ["/ip4/100.64.0.1/tcp/1", "site"],
    ["/ip4/169.254.1.1/tcp/1", "site"],
    ["/ip6/fe80::1/tcp/1", "site"],
    ["/ip6/fd00::1/tcp/1", "site"],
    ["/ip6/::ffff:10.0.0.1/tcp/1", "site"],
    ["/ip4/300.1.1.1/tcp/1", "site"],
    ["/ip4/8.8.8.8/tcp/1", "world"],
    ["/ip6/2606:4700::1111/tcp/1", "world"],
    ["/dns4/relay.example/tcp/1", "world"],
  ] as const)("%s: %s", ([address, reach]) => {
    expect(reachOf(address)).toBe(reach);
  });

  test("as far as another that reaches less far, or as far", () => {
    expect(reachesAsFar("world", "site")).toBe(true);
    expect(reachesAsFar("site", "site")).toBe(true);
    expect(reachesAsFar("machine", "site")).toBe(false);
    expect(reachOfIp(undefined)).toBe("machine");
  });
});

describe("a relay's record", () => {
  test("is read as it was written, and its signature is asked about", () => {
    const { bytes } = record({ carries: ["close", "intent:0b"] });
    const asked: Uint8Array[] = [];
    const read = readRelayRecord(bytes, (_signature, signed, key) => asked.push(signed, key) > 0);
    expect(read).toMatchObject({
      ok: true,
      value: { key: signer.publicKey, statement: { network: "public" } },
    });
    expect(asked[1]).toEqual(signer.publicKey);
    expect(readRelayRecord(bytes, () => false)).toMatchObject({ error: { code: "signature-invalid" } });
  });

  test.for([
    ["no address", { addresses: [] }],
    ["nine addresses", { addresses: Array(9).fill("/dns4/a/tcp/1/p2p/b") }],
    ["an address that is none", { addresses: ["wss://relay.example"] }],
    ["a topic that there is not", { carries: ["intent:20"] }],
    ["a network's name with a space", { network: "our market" }],
    ["a field that nobody knows", { colour: "red" }],
  ] as const)("with %s is malformed", ([, over]) => {
    const { bytes } = record(over as Partial<Statement>);
    expect(readRelayRecord(bytes, portable)).toMatchObject({ error: { code: "frame-malformed" } });
  });

  test("is current for a day at most, and not before it was issued", () => {
    expect(isCurrent(statement(), now)).toBe(true);
    expect(isCurrent(statement(), now - 300)).toBe(true);
    expect(isCurrent(statement(), now - 301)).toBe(false);
    expect(isCurrent(statement(), now + 3600)).toBe(false);
    expect(isCurrent(statement({ expires: now + 86_400 }), now)).toBe(true);
    expect(isCurrent(statement({ expires: now + 86_401 }), now)).toBe(false);
  });

  test("names the addresses that reach farthest, and nothing where there are none", () => {
    const of = (...addresses: string[]) =>
      ownStatement({ network: "n", topics: allTopics, addresses, now })?.addresses;
    const [own, site, world] = ["/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1", "/dns4/relay.example/tcp/1"];
    expect(of(own, site, world)).toEqual([world]);
    expect(of(own, site)).toEqual([site]);
    expect(of(own)).toEqual([own]);
    expect(of()).toBeUndefined();
    expect(ownStatement({ network: "n", topics: ["close"], addresses: [own], now })?.carries).toEqual([
      "close",
    ]);
  });

  test("goes in a frame with up to 31 others", () => {
    const records = Array.from({ length: 32 }, () => record().bytes);
    expect(decodePeersFrame(encodePeersFrame(records))).toEqual({ ok: true, value: records });
    expect(decodePeersFrame(encodePeersFrame([]))).toEqual({ ok: true, value: [] });
    expect(decodePeersFrame(encodePeersFrame([...records, record().bytes]))).toMatchObject({ ok: false });
  });
});

describe("a directory", () => {
  const directory = () => new Directory(allTopics, seededRandom("directory"));
  const alone = { isConnected: () => false, isAdmitted: () => true, dialled: [] };
  const namesDue = (from: Directory, over: Partial<Parameters<Directory["due"]>[0]> = {}, nowMs = 0) =>
    from
      .due({ ...alone, ...over }, 100, nowMs, now)
      .map(({ peer }) => peer)
      .sort();
  const at = (...addresses: string[]) => record({ addresses });

  test("leaves out addresses that reach less far than whoever told them", () => {
    const known = directory();
    expect(known.take("a", at("/ip4/10.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/22"), "world")).toBe(false);
    expect(known.take("b", at("/ip4/10.0.0.1/tcp/1", "/dns4/b.example/tcp/1"), "world")).toBe(true);
    expect(known.take("c", at("/ip4/10.0.0.1/tcp/1"), "site")).toBe(true);
    expect(known.take("d", at("/ip4/127.0.0.1/tcp/1"), "machine")).toBe(true);
    const due = known.due(alone, 100, 0, now);
    expect(Object.fromEntries(due.map(({ peer, addresses }) => [peer, addresses]))).toEqual({
      b: ["/dns4/b.example/tcp/1"],
      c: ["/ip4/10.0.0.1/tcp/1"],
      d: ["/ip4/127.0.0.1/tcp/1"],
    });
  });

  test("keeps of two records of a relay the later one", () => {
    const known = directory();
    expect(known.take("a", record({ issued: now - 5 }), "world")).toBe(true);
    expect(known.take("a", record({ issued: now - 6 }), "world")).toBe(false);
    expect(known.take("a", record({ issued: now - 5 }), "world")).toBe(false);
    expect(known.take("a", record({ issued: now - 4 }), "world")).toBe(true);
    expect(known.size).toBe(1);
  });

  test("names nobody who is connected, not admitted, expired, or carries none of the same markets", () => {
    const known = new Directory(["close", "profile", "intent:01", "mail:0"], seededRandom("markets"));
    known.take("connected", record(), "world");
    known.take("denied", record(), "world");
    known.take("expired", record({ issued: now - 100, expires: now }), "world");
    known.take("elsewhere", record({ carries: ["close", "profile", "intent:02"] }), "world");
    known.take("here", record({ carries: ["close", "intent:01"] }), "world");
    known.take("everywhere", record(), "world");
    const company = {
      isConnected: (peer: string) => peer === "connected",
      isAdmitted: (peer: string) => peer !== "denied",
    };
    expect(namesDue(known, company)).toEqual(["everywhere", "here"]);
  });

  test("dials a relay again later and later, and forgets it in the end", () => {
    const known = directory();
    known.take("a", record(), "world");
    let nowMs = 0;
    const waits: number[] = [];
    while (known.size > 0) {
      const before = nowMs;
      while (namesDue(known, {}, nowMs).length === 0) nowMs += 60_000;
      waits.push((nowMs - before) / 60_000);
      expect(namesDue(known, {}, nowMs + 1e9)).toEqual([]);
      known.failed("a", nowMs);
    }
    expect(waits).toEqual([0, 2, 4, 8, 16, 32]);
  });

  test("dials no more than two relays of addresses that begin alike", () => {
    const known = directory();
    for (const i of [1, 2, 3, 4]) known.take(`near-${i}`, at(`/ip4/8.8.${i}.1/tcp/1`), "world");
    known.take("far", at("/ip4/9.9.9.9/tcp/1"), "world");
    known.take("named", at("/dns4/relay.example/tcp/1"), "world");
    const due = namesDue(known);
    expect(due.filter((name) => name.startsWith("near"))).toHaveLength(2);
    expect(due).toHaveLength(4);
    expect(namesDue(known, { dialled: ["9.9.0.1", "9.9.200.1"] }).filter((name) => name === "far")).toEqual(
      [],
    );
  });

  test("tells of relays that it has met lately, and of no other", () => {
    const known = directory();
    for (const name of ["met", "heard", "long ago"])
      known.take(name, record({ network: name.replace(" ", "-") }), "world");
    known.met("met", now);
    known.met("long ago", now - 7 * 3600);
    expect(known.told(31, now).map(({ statement: { network } }) => network)).toEqual(["met"]);
    expect(known.worthKeeping(now)).toMatchObject([{ told: "world" }]);
    expect(known.told(0, now)).toEqual([]);
  });

  test("holds a thousand relays, those that it has met before all others", () => {
    const known = directory();
    known.take("met", record(), "world");
    known.met("met", now);
    for (let i = 0; i < 1500; i++) known.take(`relay-${i}`, record(), "world");
    expect(known.size).toBe(1000);
    expect(known.told(1, now)).toHaveLength(1);
  });
});
