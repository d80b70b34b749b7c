/** The scenarios of spec/vectors/peers-frame: records of relays that one relay tells another, and what is no such frame. */
import { concatBytes, encodeValue } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import { hex } from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";
import { acceptedFrame, listOf, malformedFrame, refusedBytes } from "./peer-frame.ts";

const some = hex("83");

export const peersFrameScenarios: readonly Vector[] = [
  acceptedFrame("none", "a relay that nobody can dial, and that knows nobody", []),
  acceptedFrame("one", "any bytes: whether they are a record is looked at next", [some]),
  acceptedFrame("twice", "the same record twice", [some, some]),
  acceptedFrame("32", "as many as there may be", listOf(32, some)),
  acceptedFrame("record-of-nothing", "a byte string without a byte, which is no record", [new Uint8Array(0)]),
  acceptedFrame("record-4097", "a byte string that is too large for a record", [filled(4097, 0x80)]),

  malformedFrame("33", "a record too many", listOf(33, some)),
  malformedFrame("record-itself", "a record in place of the byte string that it is in", [
    [filled(32, 1), {}, filled(64, 1)],
  ]),
  malformedFrame("text", "text for a record", ["relay.example"]),
  malformedFrame("map", "a map for the list", { records: [some] }),
  malformedFrame("bare", "a byte string that is in no list", some),
  refusedBytes("no-bytes", "malformed", "no bytes", new Uint8Array(0)),
  refusedBytes("trailing", "malformed", "a byte after the list", concatBytes(encodeValue([some]), hex("00"))),
  refusedBytes("cut", "malformed", "a list of two, of which one is there", hex("82 41 83")),
  refusedBytes("indefinite", "malformed", "a list of no length", hex("9f 41 83 ff")),
  refusedBytes(
    "count-not-shortest",
    "malformed",
    "a list whose length takes a byte too many",
    hex("98 01 41 83"),
  ),
  refusedBytes("count-2-32", "malformed", "a list that no memory holds", hex("9a ffffffff")),
];
