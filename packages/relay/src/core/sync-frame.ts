/** What two relays say to each other beside the frames of a reconciliation, to exchange what it found (spec/09 §3). */
import { encodeValue, ok, type ProfileValue, type Reject, type Result, reject } from "@intentcast/protocol";
import { isBytes, peerValue } from "./peer-value.ts";
import { isTopic, type Topic } from "./topic.ts";

export type SyncFrame =
  /** The initiator begins with this topic. */
  | readonly ["topic", Topic]
  /** Asks for the messages of these ids. */
  | readonly ["want", readonly Uint8Array[]]
  /** The first so many of the ids that were asked for have been looked up, and these are the messages that were there. */
  | readonly ["messages", number, readonly Uint8Array[]]
  /** The sender asks for nothing more in this topic, and compares no further. */
  | readonly ["end"];

/** Ids of one `want`. */
export const mostWanted = 1024;

export const maxSyncFrameBytes = 1024 * 1024;

const idBytes = 32;
const firstArray = 0x80;
const lastArray = 0x9f;

/** Whether these are bytes of a reconciliation: its frames and those of here differ in their first byte. */
export const isReconciling = (frame: Uint8Array): boolean =>
  frame[0] !== undefined && (frame[0] < firstArray || frame[0] > lastArray);

export const encodeSyncFrame = (frame: SyncFrame): Uint8Array =>
  encodeValue(frame as unknown as ProfileValue);

const isId = (value: ProfileValue): boolean => isBytes(value) && value.length === idBytes;
const isCount = (value: ProfileValue | undefined, most: number): boolean =>
  typeof value === "number" && value >= 1 && value <= most;

/** Codes: `frame-too-large`, `frame-malformed`. */
export function decodeSyncFrame(bytes: Uint8Array): Result<SyncFrame, Reject> {
  const value = peerValue(bytes, maxSyncFrameBytes);
  if (!value.ok) return value;
  const frame = value.value;
  return Array.isArray(frame) && isSyncFrame(frame)
    ? ok(frame as unknown as SyncFrame)
    : reject("frame-malformed", "no frame of a sync");
}

function isSyncFrame([name, first, second, ...rest]: readonly ProfileValue[]): boolean {
  if (rest.length > 0) return false;
  switch (name) {
    case "topic":
      return typeof first === "string" && isTopic(first) && second === undefined;
    case "want":
      return (
        Array.isArray(first) && isCount(first.length, mostWanted) && first.every(isId) && second === undefined
      );
    case "messages":
      return (
        isCount(first, mostWanted) &&
        Array.isArray(second) &&
        second.length <= mostWanted &&
        second.every(isBytes)
      );
    case "end":
      return first === undefined && second === undefined;
    default:
      return false;
  }
}
