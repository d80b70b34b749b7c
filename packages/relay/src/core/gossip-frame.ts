/** The gossip frame: the messages that one relay sends to others together (spec/09 §2.2). */
import { encodeValue, maxSealedBytes, ok, type Reject, type Result, reject } from "@intentcast/protocol";
import { isBytes, peerValue } from "./peer-value.ts";

/** Messages of one frame. */
export const maxFrameMessages = 32;

/** Bytes of a frame: the largest message alone. */
export const maxGossipFrameBytes = maxSealedBytes + 8;

/** Bytes that a relay gathers in a frame of several messages. */
export const gatheredBytes = 20 * 1024;

/** Bytes that a message takes in a frame beside its own: the head of a byte string of up to 65,535 bytes. */
const headBytes = 3;

export const bytesInFrame = (message: Uint8Array): number => headBytes + message.length;

export const encodeGossipFrame = (messages: readonly Uint8Array[]): Uint8Array => encodeValue(messages);

/** The messages in a frame, of which nothing has been looked at. Codes: `frame-too-large`, `frame-malformed`. */
export function decodeGossipFrame(frame: Uint8Array): Result<readonly Uint8Array[], Reject> {
  const value = peerValue(frame, maxGossipFrameBytes);
  if (!value.ok) return value;
  const messages = value.value;
  if (!Array.isArray(messages) || !messages.every(isBytes)) return reject("frame-malformed", "no messages");
  if (messages.length < 1 || messages.length > maxFrameMessages)
    return reject("frame-malformed", `${messages.length} messages`);
  return ok(messages);
}
