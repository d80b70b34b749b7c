/** What relays say to each other, in gossip, in a sync and of relays: the specification's vectors, and bounds that no file holds. */
import {
  concatBytes,
  encodeValue,
  portableEquation,
  type Reject,
  type Result,
  toHex,
} from "@intentcast/protocol";
import { diagnostic, readVectors, type Vector } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import { decodeGossipFrame, encodeGossipFrame } from "../src/core/gossip-frame.ts";
import { decodePeersFrame, encodePeersFrame } from "../src/core/peers-frame.ts";
import { readRelayRecord } from "../src/core/relay-record.ts";
import {
  decodeSyncFrame,
  encodeSyncFrame,
  isReconciling,
  maxSyncFrameBytes,
  type SyncFrame,
} from "../src/core/sync-frame.ts";
import { allTopics } from "../src/core/topic.ts";

const cases = (folder: string) =>
  readVectors(folder).map((vector): [string, Vector] => [vector.case, vector]);

/** What is accepted is told as a vector tells it, and encodes back to its bytes. */
function holds<T>(
  { bytes, expect: expected, headers }: Vector,
  decode: (bytes: Uint8Array) => Result<T, Reject>,
  encode: (frame: T) => Uint8Array,
): void {
  const frame = decode(bytes);
  if (!frame.ok) {
    expect(`${frame.error.stage}/${frame.error.code}`).toBe(expected);
    return;
  }
  expect(expected).toBe("accepted");
  expect({ value: diagnostic(frame.value) }).toEqual(headers);
  expect(encode(frame.value)).toEqual(bytes);
}

test.each(cases("gossip-frame"))("gossip frame vector %s", (_, vector) => {
  holds(vector, decodeGossipFrame, encodeGossipFrame);
});

test.each(cases("peers-frame"))("peers frame vector %s", (_, vector) => {
  holds(vector, decodePeersFrame, encodePeersFrame);
});

test.each(cases("relay-record"))("relay record vector %s", (_, { bytes, expect: expected, headers }) => {
  const record = readRelayRecord(bytes, portableEquation);
  expect(record.ok ? "accepted" : `${record.error.stage}/${record.error.code}`).toBe(expected);
  if (!record.ok) return;
  const { key, statement } = record.value;
  expect({ key: toHex(key), statement: diagnostic(statement) }).toEqual(headers);
});

describe("frames of a sync", () => {
  test.each(cases("sync-frame"))("vector %s", (_, vector) => {
    holds(vector, decodeSyncFrame, encodeSyncFrame);
    expect(isReconciling(vector.bytes)).toBe(false);
  });

  test("have vectors of each frame, accepted and refused", () => {
    const names = (accepted: boolean) =>
      new Set(
        readVectors("sync-frame")
          .filter((vector) => (vector.expect === "accepted") === accepted)
          .map((vector) => vector.case.split("-", 1)[0]),
      );
    for (const name of ["topic", "want", "messages", "end"] satisfies SyncFrame[0][]) {
      expect(names(true)).toContain(name);
      expect(names(false)).toContain(name);
    }
  });

  test("name each topic that there is", () => {
    for (const topic of allTopics)
      expect(decodeSyncFrame(encodeValue(["topic", topic]))).toEqual({ ok: true, value: ["topic", topic] });
  });

  /** A frame with one message, of so many bytes altogether. */
  const frameOf = (length: number): Uint8Array => {
    const empty = encodeSyncFrame(["messages", 1, [new Uint8Array(65_536)]]).length - 65_536;
    return encodeSyncFrame(["messages", 1, [new Uint8Array(length - empty)]]);
  };

  test("have 1 MiB and no byte more, which is looked at before anything else", () => {
    const [largest, tooLarge] = [frameOf(maxSyncFrameBytes), frameOf(maxSyncFrameBytes + 1)];
    expect([largest.length, tooLarge.length]).toEqual([1_048_576, 1_048_577]);
    expect(decodeSyncFrame(largest).ok).toBe(true);
    const code = (bytes: Uint8Array) => {
      const frame = decodeSyncFrame(bytes);
      return frame.ok ? "accepted" : frame.error.code;
    };
    expect(code(tooLarge)).toBe("frame-too-large");
    expect(code(new Uint8Array(maxSyncFrameBytes + 1))).toBe("frame-too-large");
    expect(code(new Uint8Array(maxSyncFrameBytes))).toBe("frame-malformed");
  });

  test.each([0x00, 0x01, 0x60, 0x61, 0x6f, 0x7f, 0xa0, 0xff])(
    "are no frames of a reconciliation, nor such that begin with %i",
    (first) => {
      expect(isReconciling(concatBytes(Uint8Array.of(first), encodeSyncFrame(["end"])))).toBe(true);
    },
  );
});
