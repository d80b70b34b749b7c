/** The frames of a reconciliation: messages of the protocol, findings, and a word that ends it early. */
import { idBytes } from "../key.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import { leastVersion, mostVersion } from "../wire/form.ts";
import { readVarint, varintLength, writeVarint } from "../wire/varint.ts";

/** What one side has found, as it sees it. */
export type Findings = {
  /** Ids that the sender has and the receiver lacks. */
  readonly have: readonly Uint8Array[];
  /** Ids that the receiver has and the sender lacks. */
  readonly need: readonly Uint8Array[];
};

export type Frame =
  | { readonly kind: "message"; readonly message: Uint8Array }
  | ({ readonly kind: "findings" } & Findings)
  | { readonly kind: "stop"; readonly code: string };

/** First bytes; those of messages are their versions. */
const stopByte = 0x00;
const findingsByte = 0x01;

const mostCodeBytes = 64;

export const encodeStop = (code: string): Uint8Array =>
  Uint8Array.from([stopByte, ...Array.from(code, (char) => char.charCodeAt(0))]);

/** Findings in frames of at most so many bytes; none when there are no findings. */
export function encodeFindings({ have, need }: Findings, frameLimit: number): Uint8Array[] {
  // The kind, and two counts of at most five bytes.
  const idsAFrame = Math.floor((frameLimit - 11) / idBytes);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < have.length + need.length; at += idsAFrame) {
    const haves = have.slice(at, at + idsAFrame);
    const needAt = Math.max(0, at - have.length);
    const needs = need.slice(needAt, Math.max(0, at + idsAFrame - have.length));
    frames.push(encodeLists(haves, needs));
  }
  return frames;
}

function encodeLists(...lists: readonly (readonly Uint8Array[])[]): Uint8Array {
  const counts = lists.map(({ length }) => ({ high: 0, low: length }));
  const length = lists.reduce(
    (sum, list, i) => sum + varintLength(counts[i] as { high: number; low: number }) + list.length * idBytes,
    1,
  );
  const frame = new Uint8Array(length);
  frame[0] = findingsByte;
  let at = 1;
  for (const [i, list] of lists.entries()) {
    at = writeVarint(frame, at, counts[i] as { high: number; low: number });
    for (const id of list) {
      frame.set(id, at);
      at += idBytes;
    }
  }
  return frame;
}

/** Codes: `truncated`, `trailing`, `frame-unknown`, and those of varints. A message's own form is not looked at. */
export function decodeFrame(bytes: Uint8Array): Result<Frame> {
  const first = bytes[0];
  if (first === undefined) return refuse("truncated", "a frame has at least one byte");
  if (first >= leastVersion && first <= mostVersion) return ok({ kind: "message", message: bytes });
  if (first === findingsByte) return decodeFindings(bytes);
  if (first === stopByte) return decodeStop(bytes);
  return refuse("frame-unknown", `first byte ${first}`);
}

function decodeFindings(bytes: Uint8Array): Result<Frame> {
  const have = decodeList(bytes, 1);
  if (!have.ok) return have;
  const need = decodeList(bytes, have.value.end);
  if (!need.ok) return need;
  if (need.value.end !== bytes.length) return refuse("trailing", "after the findings");
  return ok({ kind: "findings", have: have.value.ids, need: need.value.ids });
}

function decodeList(bytes: Uint8Array, start: number): Result<{ ids: Uint8Array[]; end: number }> {
  const count = readVarint(bytes, start);
  if (!count.ok) return count;
  const { high, low, end } = count.value;
  if (high > 0 || low * idBytes > bytes.length - end) return refuse("truncated", "in a list of ids");
  const ids = Array.from({ length: low }, (_, i) => bytes.slice(end + i * idBytes, end + (i + 1) * idBytes));
  return ok({ ids, end: end + low * idBytes });
}

/** The word comes from outside: only what can stand in a code passes. */
function decodeStop(bytes: Uint8Array): Result<Frame> {
  const code = String.fromCharCode(...bytes.subarray(1, 1 + mostCodeBytes));
  if (bytes.length > 1 + mostCodeBytes) return refuse("trailing", "after the code");
  return /^[a-z-]*$/.test(code)
    ? ok({ kind: "stop", code })
    : refuse("frame-unknown", "a stop without a code");
}
