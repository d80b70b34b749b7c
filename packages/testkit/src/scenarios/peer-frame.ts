/** What the scenarios of frames between relays are made of. */
import { encodeValue } from "@intentcast/protocol";
import { diagnostic } from "../diagnostic.ts";
import type { Vector } from "../vectors.ts";

export const acceptedFrame = (name: string, comment: string, frame: unknown): Vector => ({
  case: name,
  expect: "accepted",
  comment,
  headers: { value: diagnostic(frame) },
  bytes: encodeValue(frame),
});

export const refusedBytes = (
  name: string,
  code: "malformed" | "too-large",
  comment: string,
  bytes: Uint8Array,
): Vector => ({ case: name, expect: `frame/frame-${code}`, comment, headers: {}, bytes });

/** A value of the wire profile that is no frame. */
export const malformedFrame = (name: string, comment: string, frame: unknown): Vector =>
  refusedBytes(name, "malformed", comment, encodeValue(frame));

export const listOf = <T>(length: number, item: T): T[] => Array.from({ length }, () => item);
