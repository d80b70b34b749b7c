/** The values in which relays speak to each other: of the wire profile, within a bound. */
import { decodeValue, type ProfileValue, type Reject, type Result, reject } from "@intentcast/protocol";

/** The value of a frame from a peer. Codes: `frame-too-large`, `frame-malformed`. */
export function peerValue(frame: Uint8Array, mostBytes: number): Result<ProfileValue, Reject> {
  if (frame.length > mostBytes) return reject("frame-too-large", `${frame.length} bytes`);
  const value = decodeValue(frame, mostBytes);
  return value.ok ? value : reject("frame-malformed", value.error.code);
}

export const isBytes = (value: ProfileValue): value is Uint8Array => value instanceof Uint8Array;
