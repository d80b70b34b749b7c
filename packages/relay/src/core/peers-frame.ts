/** The frame of a peer exchange: records of relays, each as its relay signed it (spec/09 §4.2). */
import { encodeValue, ok, type Reject, type Result, reject } from "@intentcast/protocol";
import { isBytes, peerValue } from "./peer-value.ts";
import { maxRecordBytes } from "./relay-record.ts";

/** Records of one frame. */
export const mostRecords = 32;

/** Each record has a head of three bytes, as has the frame. */
export const maxPeersFrameBytes = mostRecords * (maxRecordBytes + 3) + 3;

export const encodePeersFrame = (records: readonly Uint8Array[]): Uint8Array => encodeValue(records);

/** The records in a frame, of which nothing has been looked at. Codes: `frame-too-large`, `frame-malformed`. */
export function decodePeersFrame(frame: Uint8Array): Result<readonly Uint8Array[], Reject> {
  const value = peerValue(frame, maxPeersFrameBytes);
  if (!value.ok) return value;
  const records = value.value;
  return Array.isArray(records) && records.length <= mostRecords && records.every(isBytes)
    ? ok(records)
    : reject("frame-malformed", "no records of relays");
}
