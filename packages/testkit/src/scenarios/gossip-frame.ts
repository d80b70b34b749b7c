/** The scenarios of spec/vectors/gossip-frame: messages that one relay sends to others together, and what is no such frame. */
import { concatBytes, encodeValue } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import { byteString, hex } from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";
import { acceptedFrame, listOf, malformedFrame, refusedBytes } from "./peer-frame.ts";

const some = hex("d2");
const nothing = new Uint8Array(0);
/** The largest sealed message takes 33,284 bytes in a frame of its own; four are left. */
const largest = filled(33_280, 0xd0);

const malformedBytes = (name: string, comment: string, bytes: Uint8Array): Vector =>
  refusedBytes(name, "malformed", comment, bytes);

const accepted: readonly Vector[] = [
  acceptedFrame("one", "any bytes: whether they are a message is for the stages to say", [some]),
  acceptedFrame("several", "in the order in which they are judged", [some, hex("d0"), hex("00ff")]),
  acceptedFrame("twice", "the same bytes twice", [some, some]),
  acceptedFrame("message-of-nothing", "a byte string without a byte is a message that no stage takes", [
    nothing,
  ]),
  acceptedFrame("32", "as many as there may be", listOf(32, some)),
  acceptedFrame("largest-message", "the largest message, which is a sealed one, alone", [largest]),
  acceptedFrame("at-limit", "33288 bytes", [largest, filled(3, 0xd2)]),
];

const refused: readonly Vector[] = [
  malformedFrame("empty", "no message", []),
  malformedFrame("33", "one more than there may be", listOf(33, some)),
  malformedFrame("text", "text for a message", [some, "hello"]),
  malformedFrame("number", "a number for a message", [0]),
  malformedFrame("nested", "a list of messages for a message", [[some]]),
  malformedFrame("sync", "a frame of a sync", ["end"]),
  malformedFrame("bare", "a message that is in no array", some),
  malformedFrame("map", "not an array", { messages: [some] }),
  malformedBytes("no-bytes", "no bytes", nothing),
  malformedBytes("trailing", "a byte after the array", concatBytes(encodeValue([some]), hex("00"))),
  malformedBytes("cut", "an array of two, of which one is there", hex("82 41 d2")),
  malformedBytes("message-cut", "a message of two bytes, of which one is there", hex("81 42 d2")),
  malformedBytes("indefinite", "an array of no length", hex("9f 41 d2 ff")),
  malformedBytes("message-indefinite", "a message in chunks", hex("81 5f 41 d2 ff")),
  malformedBytes("count-not-shortest", "an array whose length takes a byte too many", hex("98 01 41 d2")),
  malformedBytes(
    "length-not-shortest",
    "a message whose length takes a byte too many",
    concatBytes(hex("81"), byteString(some, 1)),
  ),
  malformedBytes("count-2-32", "a count that no frame holds", hex("9a ffffffff 41 d2")),
  malformedBytes("tag", "a tag before the array", hex("c1 81 41 d2")),
  malformedBytes("message-alone", "a signed message, which begins with a tag", hex("d2 84 40 a0 40 40")),
  refusedBytes(
    "too-large",
    "too-large",
    "33289 bytes, which are a frame but for that",
    encodeValue([largest, filled(4, 0xd2)]),
  ),
  refusedBytes(
    "too-large-and-malformed",
    "too-large",
    "33289 bytes that are no frame: the size is looked at first",
    filled(33_289, 0),
  ),
];

export const gossipFrameScenarios: readonly Vector[] = [...accepted, ...refused];
