/** What a seller writes to its journal, and how it is read again. */

import type { Entry } from "@intentcast/journal";
import {
  decodeValue,
  encodeValue,
  field,
  IntentcastError,
  type Private,
  readMessage,
  readSigned,
  reject,
  type Sealed,
  type Signed,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { Holder } from "@intentcast/relay-client";
import * as z from "zod/mini";

const { optional, record, time } = field;

/** A sealed message on its way, and the relays beside the seller's own that it goes to. */
export type Post = { readonly sealed: Sealed; readonly relays: readonly string[] };

export type Event =
  /** We offered for the first time in a thread. One entry, so that an offer is never without its intent. */
  | {
      readonly type: "answered";
      readonly intent: Signed<"intent">;
      readonly message: Signed<"offer">;
      readonly post: Post;
      readonly at: UnixSeconds;
    }
  /** We said something further. Written before it is sent, and sent again as it stands here. */
  | { readonly type: "said"; readonly message: Private; readonly post: Post; readonly at: UnixSeconds }
  /** The buyer said something. Written before it is acted upon. */
  | { readonly type: "heard"; readonly message: Private; readonly at: UnixSeconds }
  /** A relay's store has taken what we said, in the envelope of this id. */
  | { readonly type: "sent"; readonly id: Uint8Array; readonly holder?: Holder };

const types = ["answered", "said", "heard", "sent"] as const;
const prefix = "seller/";

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, "bytes");
const content = record({
  intent: optional(bytes),
  message: optional(bytes),
  sealed: optional(bytes),
  relays: optional(z.array(z.string())),
  at: optional(time),
  id: optional(bytes),
  holder: optional(record({ relay: z.string(), store: z.string() })),
});

/** An intent, an offer and its envelope, and the relays' addresses. */
const maxEntryBytes = 128 * 1024;

export function writeEvent(event: Event): { kind: string; value: Uint8Array } {
  const post = "post" in event ? { sealed: event.post.sealed.bytes, relays: event.post.relays } : {};
  const value =
    event.type === "sent"
      ? { id: event.id, ...(event.holder && { holder: event.holder }) }
      : {
          ...(event.type === "answered" && { intent: event.intent.bytes }),
          message: event.message.bytes,
          ...post,
          at: event.at,
        };
  return { kind: prefix + event.type, value: encodeValue(value) };
}

/** Undefined for an entry that is not a seller's. Throws `journal-broken` for one that cannot be read. */
export function readEvent({ kind, value, position }: Entry): Event | undefined {
  const type = types.find((one) => kind === prefix + one);
  if (type === undefined) return undefined;
  const decoded = decodeValue(value, maxEntryBytes);
  const parsed = decoded.ok ? z.safeParse(content, decoded.value) : undefined;
  const event = parsed?.success === true ? eventOf(type, parsed.data) : undefined;
  if (event !== undefined) return event;
  throw new IntentcastError(reject("journal-broken", `entry ${position}, ${kind}`).error);
}

function eventOf(
  type: Event["type"],
  { at, id, holder, ...read }: z.infer<typeof content>,
): Event | undefined {
  if (type === "sent") return id === undefined ? undefined : { type, id, ...(holder && { holder }) };
  const message = signed(read.message);
  if (message === undefined || at === undefined || !isPrivate(message)) return undefined;
  if (type === "heard") return { type, message, at };
  const sealed = read.sealed === undefined ? undefined : readMessage(read.sealed, trusting);
  if (sealed?.ok !== true || sealed.value.kind !== "sealed") return undefined;
  const post = { sealed: sealed.value, relays: read.relays ?? [] };
  if (type === "said") return { type, message, post, at };
  const intent = signed(read.intent);
  if (intent?.kind !== "intent" || message.kind !== "offer") return undefined;
  return { type, intent, message, post, at };
}

/** Signatures were checked before the entry was written, and a journal is as much ours as our key. */
const trusting = (): boolean => true;

function signed(bytes: Uint8Array | undefined): Signed | undefined {
  const message = bytes === undefined ? undefined : readSigned(bytes, trusting);
  return message?.ok === true ? message.value : undefined;
}

const isPrivate = (message: Signed): message is Private =>
  message.kind !== "intent" && message.kind !== "close" && message.kind !== "profile";
