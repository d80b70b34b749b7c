/** The scenarios of spec/vectors/sync-frame: what relays say in a sync beside the frames of its reconciliation. */
import { concatBytes, encodeValue } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import { byteString, hex } from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";
import { acceptedFrame, listOf, malformedFrame, refusedBytes } from "./peer-frame.ts";

const id = filled(32, 0x11);
const otherId = filled(32, 0x12);
const some = hex("d2");
const nothing = new Uint8Array(0);

const says = (name: string, comment: string, ...frame: readonly unknown[]): Vector =>
  acceptedFrame(name, comment, frame);
const saysNot = (name: string, comment: string, ...frame: readonly unknown[]): Vector =>
  malformedFrame(name, comment, frame);
const malformedBytes = (name: string, comment: string, bytes: Uint8Array): Vector =>
  refusedBytes(name, "malformed", comment, bytes);

const topics: readonly Vector[] = [
  says("topic-close", "all closes", "topic", "close"),
  says("topic-profile", "all profiles", "topic", "profile"),
  says("topic-intent-00", "the first topic of intents", "topic", "intent:00"),
  says("topic-intent-1f", "the last topic of intents", "topic", "intent:1f"),
  says("topic-mail-0", "the first topic of mail", "topic", "mail:0"),
  says("topic-mail-7", "the last topic of mail", "topic", "mail:7"),

  saysNot("topic-intent-20", "a topic of intents too many", "topic", "intent:20"),
  saysNot("topic-intent-capital", "a capital among the hex digits", "topic", "intent:1F"),
  saysNot("topic-intent-short", "one hex digit", "topic", "intent:0"),
  saysNot("topic-mail-8", "a topic of mail too many", "topic", "mail:8"),
  saysNot("topic-mail-two-digits", "two digits for mail", "topic", "mail:00"),
  saysNot("topic-kind", "a kind that is no topic", "topic", "intent"),
  saysNot("topic-capital", "a capital", "topic", "Close"),
  saysNot("topic-line-feed", "a line feed after a topic", "topic", "close\n"),
  saysNot("topic-space", "a space before a topic", "topic", " close"),
  saysNot("topic-gossip", "the gossip topic in place of the topic", "topic", "intentcast/1/public/close"),
  saysNot("topic-empty", "no letters", "topic", ""),
  saysNot("topic-bytes", "bytes for a topic", "topic", hex("636c6f7365")),
  saysNot("topic-list", "a list of topics", "topic", ["close"]),
  saysNot("topic-map", "a map for a topic", "topic", { name: "close" }),
  saysNot("topic-missing", "no topic", "topic"),
  saysNot("topic-extra", "an item too many", "topic", "close", "profile"),
];

const wants: readonly Vector[] = [
  says("want-1", "one id", "want", [id]),
  says("want-2", "two ids", "want", [id, otherId]),
  says("want-twice", "an id twice: nobody has to look for that", "want", [id, id]),
  says("want-1024", "as many ids as there may be", "want", listOf(1024, id)),

  saysNot("want-0", "no id", "want", []),
  saysNot("want-1025", "an id too many", "want", listOf(1025, id)),
  saysNot("want-31", "an id of 31 bytes", "want", [filled(31, 0x11)]),
  saysNot("want-33", "an id of 33 bytes", "want", [filled(33, 0x11)]),
  saysNot("want-last-31", "an id of 31 bytes after a good one", "want", [id, filled(31, 0x11)]),
  saysNot("want-empty-id", "an id of no bytes", "want", [nothing]),
  saysNot("want-text", "text for an id", "want", ["1".repeat(32)]),
  saysNot("want-bare", "an id that is in no list", "want", id),
  saysNot("want-map", "a map for the list", "want", { ids: [id] }),
  saysNot("want-missing", "no list", "want"),
  saysNot("want-extra", "an item too many", "want", [id], 1),
  saysNot("want-flat", "ids beside each other", "want", id, otherId),
];

const answers: readonly Vector[] = [
  says("messages-none", "one id was looked up, and its message was not there", "messages", 1, []),
  says("messages-1", "any bytes: whether they are a message is for the stages to say", "messages", 1, [some]),
  says("messages-fewer", "three were looked up, and two were there", "messages", 3, [some, hex("d0")]),
  says("messages-of-nothing", "a byte string without a byte", "messages", 1, [nothing]),
  says("messages-1024", "as many as there may be", "messages", 1024, listOf(1024, nothing)),
  says(
    "messages-more",
    "more messages than were looked up: a frame, if one that can answer nothing",
    "messages",
    1,
    [some, hex("d0")],
  ),

  saysNot("messages-looked-0", "nothing was looked up", "messages", 0, []),
  saysNot("messages-looked-1025", "more were looked up than can be asked for", "messages", 1025, []),
  saysNot("messages-looked-negative", "a negative number", "messages", -1, []),
  saysNot("messages-looked-true", "a truth value for a number", "messages", true, []),
  saysNot("messages-looked-text", "text for a number", "messages", "1", []),
  saysNot("messages-looked-list", "ids for their number", "messages", [id], []),
  saysNot("messages-looked-missing", "no number", "messages", [some]),
  saysNot("messages-1025", "a message too many", "messages", 1024, listOf(1025, nothing)),
  saysNot("messages-text", "text for a message", "messages", 1, ["hello"]),
  saysNot("messages-last-number", "a number after a message", "messages", 2, [some, 0]),
  saysNot("messages-bare", "a message that is in no list", "messages", 1, some),
  saysNot("messages-map", "a map for the list", "messages", 1, {}),
  saysNot("messages-missing", "no list", "messages", 1),
  saysNot("messages-extra", "an item too many", "messages", 1, [], []),
];

const name = hex("83 68 6d65737361676573");

const others: readonly Vector[] = [
  says("end", "the sender is through", "end"),
  saysNot("end-extra", "an item too many", "end", 0),
  saysNot("end-list", "an empty list after the name", "end", []),

  malformedFrame("empty", "an empty array", []),
  saysNot("name-unknown", "no such name, which has no code of its own here", "gossip", "close"),
  saysNot("name-capital", "a capital in the name", "End"),
  saysNot("name-inherited", "what every JavaScript object has", "toString"),
  saysNot("name-bytes", "a name that is not text", hex("656e64")),
  saysNot("name-number", "a number for a name", 0),
  saysNot("nested", "a frame in an array", ["end"]),
  saysNot("of-client", "a frame of clients", "credit", 1, 1),
  saysNot("gossip", "a frame of gossip", some),
  saysNot("five", "five items", "messages", 1, [], [], []),
  malformedFrame("24", "24 items, whose array begins with 0x98", listOf(24, "end")),
  malformedBytes("no-bytes", "no bytes", nothing),
  malformedBytes("trailing", "a byte after the array", concatBytes(encodeValue(["end"]), hex("00"))),
  malformedBytes("cut", "an array of two, of which one is there", hex("82 63 656e64")),
  malformedBytes("name-cut", "a name of three letters, of which two are there", hex("81 63 656e")),
  malformedBytes("indefinite", "an array of no length", hex("9f 63 656e64 ff")),
  malformedBytes("name-indefinite", "a name in chunks", hex("81 7f 63 656e64 ff")),
  malformedBytes("count-not-shortest", "an array whose length takes a byte too many", hex("98 01 63 656e64")),
  malformedBytes("name-not-shortest", "a name whose length takes a byte too many", hex("81 78 03 656e64")),
  malformedBytes(
    "looked-not-shortest",
    "a number in more bytes than it needs",
    concatBytes(name, hex("18 01 80")),
  ),
  malformedBytes("looked-float", "1.0 looked up", concatBytes(name, hex("f9 3c00 80"))),
  malformedBytes("looked-null", "null looked up", concatBytes(name, hex("f6 80"))),
  malformedBytes("list-indefinite", "a list of no length", concatBytes(name, hex("01 9f ff"))),
  malformedBytes("list-tag", "a tag before the list", concatBytes(name, hex("01 c1 80"))),
  malformedBytes(
    "id-not-shortest",
    "an id whose length takes a byte too many",
    concatBytes(hex("82 64 77616e74 81"), byteString(id, 2)),
  ),
  malformedBytes("name-not-utf-8", "a name that is no UTF-8", hex("81 63 656eff")),
  malformedBytes("count-2-32", "a list that no memory holds", hex("82 64 77616e74 9a ffffffff")),
];

export const syncFrameScenarios: readonly Vector[] = [...topics, ...wants, ...answers, ...others];
