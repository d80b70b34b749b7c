/** The scenarios of spec/vectors/frame: what a client or a relay says, and what is no frame of theirs. */
import { concatBytes, encodeValue } from "@intentcast/protocol";
import { filled, storyTime } from "../bodies.ts";
import { diagnostic } from "../diagnostic.ts";
import { byteString, hex } from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";

type Side = "client" | "relay";

const accept =
  (from: Side) =>
  (name: string, comment: string, ...frame: readonly unknown[]): Vector => ({
    case: `${from}-${name}`,
    expect: "accepted",
    comment,
    headers: { from, name: frame[0] as string, value: diagnostic(frame) },
    bytes: encodeValue(frame),
  });

const refuseBytes = (from: Side, name: string, code: string, comment: string, bytes: Uint8Array): Vector => ({
  case: `${from}-${name}`,
  expect: `frame/frame-${code}`,
  comment,
  headers: { from },
  bytes,
});

const malformed =
  (from: Side) =>
  (name: string, comment: string, frame: unknown): Vector =>
    refuseBytes(from, name, "malformed", comment, encodeValue(frame));

const takes = accept("client");
const refuses = malformed("client");
const largest = Number.MAX_SAFE_INTEGER;
const mailbox = filled(32, 0x21);
const signature = filled(64, 0x41);
const live = { live: true, credit: 100 };

const fromClient: readonly Vector[] = [
  takes("publish", "any bytes: whether they are a message is for the stages to say", "publish", 1, hex("00")),
  takes("publish-nothing", "no bytes", "publish", largest, new Uint8Array(0)),
  takes("subscribe", "from now on", "subscribe", 0, {}, live),
  takes(
    "subscribe-after",
    "from the beginning, what is stored only, without credit",
    "subscribe",
    7,
    {},
    {
      after: 0,
      live: false,
      credit: 0,
    },
  ),
  takes(
    "subscribe-filter",
    "with every field of a filter",
    "subscribe",
    largest,
    {
      kinds: ["intent", "sealed"],
      authors: [filled(32, 1)],
      mailboxes: [mailbox],
      categories: ["shopify/bt"],
      places: ["iso3166/US/CA"],
      prices: [{ currency: "USD", least: 0 }],
      attributes: [{ attribute: "seats", values: [2, "two", true] }],
      words: { all: ["twins"], any: ["stroller", "pram"] },
      terms: [filled(32, 0x31)],
      issued: { from: storyTime, until: storyTime },
    },
    { after: largest, live: true, credit: 1_000_000 },
  ),
  takes("credit", "a hundred more", "credit", 7, 100),
  takes("credit-none", "none more, which is allowed", "credit", 7, 0),
  takes("unsubscribe", "no more", "unsubscribe", 7),
  takes("authenticate", "64 bytes, whatever they prove", "authenticate", 2, mailbox, signature),

  refuses("map", "not an array", { publish: 1 }),
  refuses("empty", "an empty array", []),
  refuses("name-bytes", "a name that is not text", [hex("00"), 1]),
  refuses("name-alone", "nothing after the name", ["publish"]),
  refuses("publish-extra", "an item too many", ["publish", 1, hex("00"), 0]),
  refuses("publish-text", "text for a message", ["publish", 1, "hello"]),
  refuses("publish-negative", "a negative reference", ["publish", -1, hex("00")]),
  refuses("subscribe-short", "no options", ["subscribe", 1, {}]),
  refuses("subscribe-option", "an option that is none", ["subscribe", 1, {}, { ...live, order: "newest" }]),
  refuses("subscribe-no-live", "an option missing", ["subscribe", 1, {}, { credit: 1 }]),
  refuses("subscribe-live-1", "a number for a truth value", ["subscribe", 1, {}, { live: 1, credit: 1 }]),
  refuses("subscribe-credit", "a credit above 1000000", ["subscribe", 1, {}, { ...live, credit: 1_000_001 }]),
  refuses("subscribe-malformed", "a filter with an unknown field", [
    "subscribe",
    1,
    { colour: ["red"] },
    live,
  ]),
  refuses("subscribe-no-path", "a filter with a path that is none", [
    "subscribe",
    1,
    { places: ["US"] },
    live,
  ]),
  refuses("credit-negative", "less credit", ["credit", 1, -1]),
  refuses("authenticate-63", "a signature of 63 bytes", ["authenticate", 1, mailbox, filled(63, 1)]),
  refuses("authenticate-key", "a mailbox of 31 bytes", ["authenticate", 1, filled(31, 1), signature]),
  refuseBytes("client", "empty-bytes", "malformed", "no bytes", new Uint8Array(0)),
  refuseBytes(
    "client",
    "trailing",
    "malformed",
    "a byte after the array",
    hex("83 66 637265646974 01 02 00"),
  ),
  refuseBytes("client", "float", "malformed", "a credit of 1.0", hex("83 66 637265646974 01 f93c00")),
  refuseBytes(
    "client",
    "not-shortest",
    "malformed",
    "a number in more bytes than it needs",
    hex("83 66 637265646974 1801 02"),
  ),
  refuseBytes(
    "client",
    "indefinite",
    "malformed",
    "an array of no length",
    hex("9f 66 637265646974 01 02 ff"),
  ),
  refuseBytes("client", "unknown", "unknown", "no such name", encodeValue(["haggle", 1])),
  refuseBytes(
    "client",
    "inherited",
    "unknown",
    "what every JavaScript object has",
    encodeValue(["toString"]),
  ),
  refuseBytes("client", "of-relay", "unknown", "a frame of relays", encodeValue(["caughtUp", 1, 1])),
  refuseBytes(
    "client",
    "too-large",
    "too-large",
    "65537 bytes: the size is looked at first",
    concatBytes(hex("83 67 7075626c697368 01"), byteString(filled(65_524, 0))),
  ),
];

const says = accept("relay");
const saysNot = malformed("relay");
const limits = {
  frame: 65_536,
  message: 33_280,
  subscriptions: 256,
  filterTerms: 2048,
  credit: 10_000,
  mailboxes: 4096,
  lifetime: 2_592_000,
  skew: 300,
};
const hello = {
  version: 1,
  name: "relay.example:443",
  software: "intentcast-relay",
  challenge: filled(32, 0xc1),
  store: filled(16, 0x57),
  position: 0,
  time: storyTime,
  limits,
};
const id = filled(32, 0x11);
const { skew: _, ...withoutSkew } = limits;

const fromRelay: readonly Vector[] = [
  says("hello", "as it begins", "hello", hello),
  says("hello-nameless", "a relay that says little about itself", "hello", {
    ...hello,
    name: "",
    software: "",
  }),
  says("accepted", "a message that is new", "accepted", 1, { id, position: 1, matched: 0 }),
  says("accepted-duplicate", "one that was there", "accepted", 1, { id, position: 1, duplicate: true }),
  says("accepted-mailbox", "an authentication", "accepted", 2, {}),
  says("rejected", "with when to try again", "rejected", 3, "admit", "rate-limited", "too many", 5),
  says("rejected-frame", "a complaint about a frame", "rejected", 0, "frame", "frame-unknown", "", 0),
  says(
    "rejected-novel",
    "a code of a later version: a text to clients",
    "rejected",
    3,
    "admit",
    "tired",
    "",
    0,
  ),
  says("message", "a message", "message", 7, 12, hex("d2")),
  says("caught-up", "all that was stored", "caughtUp", 7, 12),
  says("ended", "with a code", "ended", 7, "complete", ""),

  saysNot("hello-version-2", "another version", ["hello", { ...hello, version: 2 }]),
  saysNot("hello-challenge", "a challenge of 31 bytes", ["hello", { ...hello, challenge: filled(31, 1) }]),
  saysNot("hello-limits", "a limit missing", ["hello", { ...hello, limits: withoutSkew }]),
  saysNot("hello-frame-0", "frames of no bytes", ["hello", { ...hello, limits: { ...limits, frame: 0 } }]),
  saysNot("hello-frame-large", "frames above 65536", [
    "hello",
    { ...hello, limits: { ...limits, frame: 65_537 } },
  ]),
  saysNot("accepted-not-duplicate", "what does not hold is left out", [
    "accepted",
    1,
    { id, duplicate: false },
  ]),
  saysNot("accepted-id", "an id of 31 bytes", ["accepted", 1, { id: filled(31, 1) }]),
  saysNot("rejected-short", "no seconds", ["rejected", 1, "admit", "expired", ""]),
  saysNot("rejected-detail", "a detail of 501 bytes", [
    "rejected",
    1,
    "admit",
    "expired",
    "x".repeat(501),
    0,
  ]),
  saysNot("message-text", "text for a message", ["message", 7, 12, "hello"]),
  saysNot("ended-number", "a number for a code", ["ended", 7, 0, ""]),
  refuseBytes("relay", "of-client", "unknown", "a frame of clients", encodeValue(["unsubscribe", 1])),
];

export const frameScenarios: readonly Vector[] = [...fromClient, ...fromRelay];
