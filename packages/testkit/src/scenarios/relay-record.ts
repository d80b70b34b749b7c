/** The scenarios of spec/vectors/relay-record: what a relay says of itself, and what is no such record. */
import { encodeValue, type Signer, signerFromSeed, toHex } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import { diagnostic } from "../diagnostic.ts";
import { hex } from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";
import { listOf, malformedFrame, refusedBytes } from "./peer-frame.ts";

const issued = 1_795_435_200;
const relay = signerFromSeed(filled(32, 0x71));
const other = signerFromSeed(filled(32, 0x72));
/** The libp2p name of that key. */
const name = "12D3KooWR6T6N1Uh9gqZC2RVF6GmbyhQoH4ZRtE2GJr95QFUHVmt";
const address = `/dns4/relay.example/tcp/7448/p2p/${name}`;

const statement = { network: "public", addresses: [address], issued, expires: issued + 21_600 };

type Said = Readonly<Record<string, unknown>>;

const record = (said: Said, signer: Signer = relay, key = signer.publicKey): readonly unknown[] => [
  key,
  said,
  signer.sign(encodeValue(["intentcast.v1 relay", key, said])),
];

const accepted = (caseName: string, comment: string, said: Said): Vector => ({
  case: caseName,
  expect: "accepted",
  comment,
  headers: { key: toHex(relay.publicKey), statement: diagnostic(said) },
  bytes: encodeValue(record(said)),
});

const malformed = (caseName: string, comment: string, said: Said): Vector =>
  malformedFrame(caseName, comment, record(said));

const without = (field: keyof typeof statement): Said => {
  const { [field]: _, ...rest } = statement;
  return rest;
};

const mailTopics = listOf(8, "").map((_, i) => `mail:${i}`);
const intentTopics = listOf(32, "").map((_, i) => `intent:${i.toString(16).padStart(2, "0")}`);
const topics = ["close", "profile", ...intentTopics, ...mailTopics];

const statements: readonly Vector[] = [
  accepted("plain", "one address, and all topics", statement),
  accepted("carries", "two markets of many", { ...statement, carries: ["close", "profile", "intent:0b"] }),
  accepted("carries-all", "every topic, each named", { ...statement, carries: topics }),
  accepted("eight-addresses", "as many as there may be", {
    ...statement,
    addresses: listOf(8, address).map((one, i) => one.replace("7448", `744${i}`)),
  }),
  accepted("address-256", "an address of 256 bytes", { ...statement, addresses: [`/${"a".repeat(255)}`] }),
  accepted(
    "another-name",
    "an address that ends in another name: the form is good, and who is told it looks",
    {
      ...statement,
      addresses: ["/ip4/192.0.2.1/tcp/7448/p2p/somebody"],
    },
  ),
  accepted("expired-before-issued", "times in no order: the form is good, and nobody takes it", {
    ...statement,
    expires: issued - 1,
  }),
  accepted("network-63", "a name of 63 letters", { ...statement, network: "a".repeat(63) }),

  malformed("network-missing", "no network", without("network")),
  malformed("network-64", "a name of 64 letters", { ...statement, network: "a".repeat(64) }),
  malformed("network-empty", "a name without a letter", { ...statement, network: "" }),
  malformed("network-capital", "a capital in the name", { ...statement, network: "Public" }),
  malformed("network-hyphen", "a hyphen at the beginning", { ...statement, network: "-public" }),
  malformed("network-space", "a space in the name", { ...statement, network: "our market" }),
  malformed("network-bytes", "bytes for a name", { ...statement, network: hex("70") }),
  malformed("addresses-missing", "no addresses", without("addresses")),
  malformed("addresses-none", "a list without an address", { ...statement, addresses: [] }),
  malformed("addresses-nine", "an address too many", { ...statement, addresses: listOf(9, address) }),
  malformed("address-bare", "an address that is in no list", { ...statement, addresses: address }),
  malformed("address-url", "what is no multiaddr", { ...statement, addresses: ["wss://relay.example"] }),
  malformed("address-257", "an address of 257 bytes", { ...statement, addresses: [`/${"a".repeat(256)}`] }),
  malformed("address-slash", "a slash at the end", { ...statement, addresses: [`${address}/`] }),
  malformed("address-empty-part", "two slashes", { ...statement, addresses: ["/ip4//tcp/1"] }),
  malformed("address-line-feed", "a line feed after an address", {
    ...statement,
    addresses: [`${address}\n`],
  }),
  malformed("address-letter", "a letter that is not ASCII", { ...statement, addresses: ["/dns4/relé"] }),
  malformed("address-bytes", "an address in libp2p's binary form", {
    ...statement,
    addresses: [hex("04 c0000201 06 1d18")],
  }),
  malformed("carries-none", "a list without a topic", { ...statement, carries: [] }),
  malformed("carries-43", "a topic too many", { ...statement, carries: [...topics, "close"] }),
  malformed("carries-unknown", "a topic that there is not", { ...statement, carries: ["intent:20"] }),
  malformed("carries-text", "a topic that is in no list", { ...statement, carries: "close" }),
  malformed("issued-missing", "no time of issue", without("issued")),
  malformed("issued-negative", "a time before 1970", { ...statement, issued: -1 }),
  malformed("expires-missing", "no time of expiry", without("expires")),
  malformed("expires-text", "text for a time", { ...statement, expires: "2026-11-23" }),
  malformed("unknown-field", "a field that there is not", { ...statement, load: 1 }),
];

const [key, , signature] = record(statement);
const changed = (signature as Uint8Array).map((byte, i) => (i === 40 ? byte ^ 1 : byte));
const bytes = encodeValue(record(statement));

const forms: readonly Vector[] = [
  malformedFrame("empty", "an empty array", []),
  malformedFrame("two", "no signature", [key, statement]),
  malformedFrame("four", "an item too many", [key, statement, signature, 0]),
  malformedFrame("map", "a map in place of the array", { key, statement, signature }),
  malformedFrame("key-31", "a key of 31 bytes", [filled(31, 1), statement, signature]),
  malformedFrame("key-text", "text for a key", ["k".repeat(32), statement, signature]),
  malformedFrame("statement-list", "a list for a statement", [key, [statement], signature]),
  malformedFrame("statement-bytes", "a statement that is encoded in a byte string", [
    key,
    encodeValue(statement),
    signature,
  ]),
  malformedFrame("signature-63", "a signature of 63 bytes", [
    key,
    statement,
    (signature as Uint8Array).subarray(1),
  ]),
  refusedBytes("no-bytes", "malformed", "no bytes", new Uint8Array(0)),
  refusedBytes("trailing", "malformed", "a byte after the record", new Uint8Array([...bytes, 0])),
  refusedBytes("cut", "malformed", "the last byte is not there", bytes.subarray(0, -1)),
  refusedBytes("too-large", "too-large", "4097 bytes, of which nothing is read", filled(4097, 0x80)),
  refusedBytes("at-limit", "malformed", "4096 bytes that are no record", filled(4096, 0x80)),
];

const refused = (caseName: string, code: string, comment: string, frame: readonly unknown[]): Vector => ({
  case: caseName,
  expect: `verify/${code}`,
  comment,
  headers: {},
  bytes: encodeValue(frame),
});

const signatures: readonly Vector[] = [
  refused("changed-signature", "signature-invalid", "a bit of the signature is flipped", [
    key,
    statement,
    changed,
  ]),
  refused("changed-statement", "signature-invalid", "another network than was signed", [
    key,
    { ...statement, network: "other" },
    signature,
  ]),
  refused(
    "another-key",
    "signature-invalid",
    "signed by somebody else",
    record(statement, other, relay.publicKey),
  ),
  refused("bare-statement", "signature-invalid", "the statement alone is signed", [
    key,
    statement,
    relay.sign(encodeValue(statement)),
  ]),
  refused("another-purpose", "signature-invalid", "signed with other words before it", [
    key,
    statement,
    relay.sign(encodeValue(["intentcast.v1 mailbox", key, statement])),
  ]),
  refused("key-small-order", "key-small-order", "a key of small order, with which anything is signed", [
    new Uint8Array(32).fill(1, 0, 1),
    statement,
    new Uint8Array(64).fill(1, 0, 1),
  ]),
  refused("key-not-canonical", "key-not-canonical", "2^255 − 19 + 2 for a key", [
    hex(`ef${"ff".repeat(30)}7f`),
    statement,
    signature,
  ]),
  refused("s-range", "signature-s-range", "a signature's second half above the group's order", [
    key,
    statement,
    (signature as Uint8Array).map((byte, i) => (i === 63 ? 0xff : byte)),
  ]),
];

export const relayRecordScenarios: readonly Vector[] = [...statements, ...forms, ...signatures];
