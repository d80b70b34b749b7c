/** What a buyer's journal holds: one fact an entry, as a map of the wire profile. */

import type { Entry, NewEntry } from "@intentcast/journal";
import {
  decodeValue,
  encodeValue,
  type Private,
  type Reject,
  type Result,
  readSigned,
  reject,
  type Signed,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { Cursor, Holder } from "@intentcast/relay-client";

/** `at` is when the fact was written down: replaying a deal takes each message into account at its own moment. */
export type Fact =
  /** The intent number `index` has been signed. The entry's key makes the index this intent's alone. */
  | { kind: "intent"; at: UnixSeconds; index: number; message: Signed<"intent"> }
  /**
   * A seller's message was opened, `afterMs` milliseconds after the cast; `cursor` tells where it stood at its relay,
   * unless it was recovered: then the mailbox is read again from its start.
   */
  | { kind: "received"; at: UnixSeconds; afterMs: number; cursor?: Cursor; message: Private }
  /** A message of ours has been decided on. `envelope` is what goes over the wire, once or again. */
  | { kind: "sent"; at: UnixSeconds; envelope: Uint8Array; message: Private }
  | { kind: "closed"; at: UnixSeconds; message: Signed<"close"> }
  /**
   * A relay's store, the holder, has taken the intent, the close or the sent message of this id: it need not be sent again,
   * unless that store is gone. Without one where it was recovered.
   */
  | { kind: "delivered"; id: Uint8Array; holder?: Holder }
  /** Every relay refused the intent of this id for good. */
  | { kind: "refused"; id: Uint8Array }
  /** A relay's store has taken a copy of the message of this id in our own mailbox, where the seed alone finds it. */
  | { kind: "kept"; at: UnixSeconds; id: Uint8Array; holder?: Holder }
  /** The index was found in use, and its intent nowhere. It has the key of an intent: none may take it again. */
  | { kind: "spent"; index: number };

/** A fact about one thread, which its message tells. */
export type ThreadFact = Extract<Fact, { kind: "received" | "sent" | "closed" }>;

/** Keys name what may happen once only, whichever process does it. */
export const factKeys = {
  intent: (index: number) => `intent/${index}`,
  received: (message: Uint8Array) => `received/${toHex(message)}`,
  /** The `place`-th award of a thread, from 0: whoever writes it knows all the awards before it. */
  award: (thread: Uint8Array, place: number) => `award/${toHex(thread)}/${place}`,
  close: (thread: Uint8Array) => `close/${toHex(thread)}`,
  /** The word to a seller that another one got the award. */
  farewell: (offer: Uint8Array) => `farewell/${toHex(offer)}`,
  delivered: (id: Uint8Array, holder?: Holder) =>
    ["delivered", toHex(id), ...(holder === undefined ? [] : [holder.store, holder.relay])].join("/"),
};

export function factEntry(fact: Fact, key?: string): NewEntry {
  const { kind, ...fields } = "message" in fact ? { ...fact, message: fact.message.bytes } : fact;
  return { kind, value: encodeValue(fields), ...(key === undefined ? {} : { key }) };
}

/** Larger than any entry: two messages and the fields around them. */
const maxEntryBytes = 128 * 1024;

/** The inverse of {@link factEntry}; `journal-broken` where the entry is none of ours. */
export function readFact(entry: Entry): Result<Fact, Reject> {
  const broken = (detail: string) => reject("journal-broken", `entry ${entry.position}: ${detail}`);
  const decoded = decodeValue(entry.value, maxEntryBytes);
  if (!decoded.ok) return broken(decoded.error.code);
  const fields = decoded.value as { readonly [name: string]: unknown };
  const form = forms[entry.kind];
  if (form === undefined) return broken(`the unknown kind ${entry.kind}`);
  const missing = Object.keys(form).find((name) => !form[name]?.(fields[name]));
  if (missing !== undefined) return broken(`${entry.kind} without ${missing}`);
  if (!("message" in form)) return { ok: true, value: { kind: entry.kind, ...fields } as Fact };
  // Its signature was checked before it was written down, and nobody but the buyer writes here.
  const message = readSigned(fields["message"] as Uint8Array, () => true);
  if (!message.ok) return broken(message.error.code);
  if (!kindsOf[entry.kind]?.(message.value.kind)) return broken(`a message of kind ${message.value.kind}`);
  return { ok: true, value: { ...fields, kind: entry.kind, message: message.value } as Fact };
}

type Form = { readonly [field: string]: (value: unknown) => boolean };
const isInteger = (value: unknown) => Number.isSafeInteger(value);
const isBytes = (value: unknown) => value instanceof Uint8Array;
const isHolder = (value: unknown) => {
  const { relay, store } = (value ?? {}) as Partial<Holder>;
  return typeof relay === "string" && typeof store === "string";
};
const isCursor = (value: unknown) => isHolder(value) && isInteger((value as Partial<Cursor>).position);
const isAbsentOr = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);

const forms: { readonly [kind: string]: Form } = {
  intent: { at: isInteger, index: isInteger, message: isBytes },
  received: {
    at: isInteger,
    afterMs: isInteger,
    cursor: isAbsentOr(isCursor),
    message: isBytes,
  },
  sent: { at: isInteger, envelope: isBytes, message: isBytes },
  closed: { at: isInteger, message: isBytes },
  delivered: { id: isBytes, holder: isAbsentOr(isHolder) },
  refused: { id: isBytes },
  kept: { at: isInteger, id: isBytes, holder: isAbsentOr(isHolder) },
  spent: { index: isInteger },
};

const isPrivate = (kind: string) => !["intent", "close", "profile"].includes(kind);
const kindsOf: { readonly [kind: string]: (message: string) => boolean } = {
  intent: (message) => message === "intent",
  received: isPrivate,
  sent: isPrivate,
  closed: (message) => message === "close",
};
