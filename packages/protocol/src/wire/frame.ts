/** The frames between a client and a relay: CBOR arrays of the wire profile, a name first (spec/08-relay-protocol). */
import * as z from "zod/mini";
import { concatBytes } from "../bytes.ts";
import { byteStringLength, writeByteString } from "../cbor/byte-string.ts";
import { decodeValue, encodeValue } from "../cbor/codec.ts";
import { filter } from "../filter/filter.ts";
import { maxFrameBytes } from "../limits.ts";
import { bytes, id, integer, optional, publicKey, record, remark, time } from "../message/field.ts";
import { describeIssue } from "../message/issue.ts";
import { type Reject, reject } from "../reject.ts";
import type { Result } from "../result.ts";
import { check } from "../schema.ts";

/** Names a request on a connection, chosen by the client from 1; its answer carries it back. 0 answers no request. */
const ref = integer(0, Number.MAX_SAFE_INTEGER);
const subscription = integer(0, Number.MAX_SAFE_INTEGER);
/** Where a message stands among all that a relay has stored: 1 for the first. */
const position = integer(0, Number.MAX_SAFE_INTEGER);
const credit = integer(0, 1_000_000);
const message = z.custom<Uint8Array>((value) => value instanceof Uint8Array, "bytes");

const clientFrames = {
  /** A message to store and pass on. Answer: accepted or rejected. */
  publish: z.tuple([z.literal("publish"), ref, message]),
  /**
   * A filter to be served from `after` (absent: from now on), then live if asked, as far as credit goes.
   * Messages follow; `caughtUp` when the stored ones are through; `ended` when it is over.
   */
  subscribe: z.tuple([
    z.literal("subscribe"),
    subscription,
    filter,
    record({ after: optional(position), live: z.boolean(), credit }),
  ]),
  /** So many more messages may be sent on the subscription. */
  credit: z.tuple([z.literal("credit"), subscription, credit]),
  unsubscribe: z.tuple([z.literal("unsubscribe"), subscription]),
  /** A mailbox, and its signature over the challenge. Answer: accepted or rejected. */
  authenticate: z.tuple([z.literal("authenticate"), ref, publicKey, bytes(64)]),
};

export const limits = record({
  /** Bytes of a frame. */
  frame: integer(1, maxFrameBytes),
  /** Bytes of a published message. */
  message: integer(1, maxFrameBytes),
  /** Subscriptions of one connection. */
  subscriptions: integer(1, 1_000_000),
  /** Alternatives in one filter. */
  filterTerms: integer(1, 1_000_000),
  /** Messages of outstanding credit in one subscription. */
  credit,
  /** Mailboxes for which one connection may authenticate. */
  mailboxes: integer(1, 1_000_000),
  /** Seconds from a message's issue to its expiry. */
  lifetime: integer(1, Number.MAX_SAFE_INTEGER),
  /** Seconds by which a message's issue may lie in the relay's future. */
  skew: integer(0, Number.MAX_SAFE_INTEGER),
});
export type Limits = z.infer<typeof limits>;

export const hello = record({
  version: z.literal(1),
  /** Host and port by which the relay is known: a mailbox signs it together with the challenge. */
  name: remark,
  software: remark,
  challenge: bytes(32),
  /** Names this store's sequence of positions: another one means that positions remembered are void. */
  store: bytes(16),
  /** The last position stored. */
  position,
  time,
  limits,
});
export type Hello = z.infer<typeof hello>;

const relayFrames = {
  hello: z.tuple([z.literal("hello"), hello]),
  /** For a publish: the id, its position, how many standing subscriptions it matched, whether it was here before. */
  accepted: z.tuple([
    z.literal("accepted"),
    ref,
    record({
      id: optional(id),
      position: optional(position),
      matched: optional(integer(0, Number.MAX_SAFE_INTEGER)),
      duplicate: optional(z.literal(true)),
    }),
  ]),
  /** Stage, code, detail for people, and after how many seconds a further try makes sense (0: never as it is). */
  rejected: z.tuple([
    z.literal("rejected"),
    ref,
    remark,
    remark,
    remark,
    integer(0, Number.MAX_SAFE_INTEGER),
  ]),
  message: z.tuple([z.literal("message"), subscription, position, message]),
  /** All stored messages up to this position have been sent. */
  caughtUp: z.tuple([z.literal("caughtUp"), subscription, position]),
  /** The subscription is over: `complete`, `unsubscribed`, or a reject code; and a detail for people. */
  ended: z.tuple([z.literal("ended"), subscription, remark, remark]),
};

export const clientFrameNames = Object.keys(clientFrames);
export const relayFrameNames = Object.keys(relayFrames);

type Frames<T extends Record<string, z.core.$ZodType>> = z.infer<T[keyof T]>;
export type ClientFrame = Frames<typeof clientFrames>;
export type RelayFrame = Frames<typeof relayFrames>;

export const encodeFrame = (frame: ClientFrame | RelayFrame): Uint8Array => encodeValue(frame);

/** How a message frame begins, up to the number of its subscription: an array of four, its name first. */
const messageOpening = encodeFrame(["message", 0, 0, new Uint8Array(0)]).subarray(0, 9);

/** The frames for one message in two parts: what comes first has the subscription's number, and all else is the same in each. */
export type MessageFrames = {
  readonly first: (subscription: number) => Uint8Array;
  readonly rest: Uint8Array;
};

/** Beginnings that have been made, by the numbers that most subscriptions have: the same serve all messages. */
const beginnings: Uint8Array[] = [];
const remembered = 4096;

const makeBeginning = (subscription: number): Uint8Array =>
  concatBytes(messageOpening, encodeValue(subscription));

function beginningFor(subscription: number): Uint8Array {
  if (subscription >= remembered) return makeBeginning(subscription);
  beginnings[subscription] ??= makeBeginning(subscription);
  return beginnings[subscription];
}

/** The message frames for one message, of which all but a few bytes are encoded once. Their bytes are not to be changed. */
export function messageFrames(position: number, bytes: Uint8Array): MessageFrames {
  const at = encodeValue(position);
  const rest = new Uint8Array(at.length + byteStringLength(bytes.length));
  rest.set(at);
  writeByteString(rest, at.length, bytes);
  return { first: beginningFor, rest };
}

const decodeWith =
  <T extends Record<string, z.core.$ZodType>>(schemas: T) =>
  (encoded: Uint8Array): Result<Frames<T>, Reject> => {
    if (encoded.length > maxFrameBytes) return reject("frame-too-large", `${encoded.length} bytes`);
    const value = decodeValue(encoded, maxFrameBytes);
    if (!value.ok) return reject("frame-malformed", value.error.code);
    const name = Array.isArray(value.value) ? value.value[0] : undefined;
    if (typeof name !== "string") return reject("frame-malformed", "not an array with a name first");
    if (!Object.hasOwn(schemas, name)) return reject("frame-unknown");
    const frame = check(schemas[name] as T[keyof T], value.value);
    return frame.ok ? frame : reject("frame-malformed", `${name}: ${describeIssue(frame.error)}`);
  };

/** Reads a frame that a client sent: `frame-too-large`, `frame-malformed` or `frame-unknown` where it cannot. */
export const decodeClientFrame = decodeWith(clientFrames);

/** Reads a frame that a relay sent; refusals as for {@link decodeClientFrame}. */
export const decodeRelayFrame = decodeWith(relayFrames);
