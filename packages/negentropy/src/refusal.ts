/** Why bytes from the other side were refused: a code for programs, a detail for people. */

/** Every code, with its meaning. */
export const refusals = {
  truncated: "the bytes end before what they announce",
  trailing: "bytes follow where nothing may follow",
  "varint-not-shortest": "a varint begins with a digit of zero",
  "varint-range": "a varint is larger than 64 bits",
  "timestamp-range": "a bound lies at or beyond the timestamp that stands for infinity",
  "bound-form": "an id prefix is longer than an id, or infinity has one",
  "bound-order": "a range does not end after it begins",
  "list-too-long": "a list has more ids than a reconciliation allows",
  "mode-unknown": "a range has a mode that version 1 does not have",
  "version-unknown": "the first byte is no version of the protocol",
  "version-unsupported": "the other side speaks another version of the protocol",
  "range-kept": "a range was said again that the receiver keeps to answer later",
  "too-deep": "ranges are kept at more depths than a reconciliation allows",
  "frame-unknown": "a frame of a kind that a reconciliation does not have",
  "frame-too-large": "a frame is larger than the reconciliation allows",
  "frame-out-of-turn": "a frame came while the other side had the word",
  "too-many-frames": "the reconciliation took more frames than it may",
  "rate-limited": "the other side has sent too much in too short a time",
  stopped: "the other side ended the reconciliation",
} as const;

export type RefusalCode = keyof typeof refusals;

export type Refusal = { readonly code: RefusalCode; readonly detail: string };

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Refusal };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const refuse = (code: RefusalCode, detail = ""): { readonly ok: false; readonly error: Refusal } => ({
  ok: false,
  error: { code, detail },
});
