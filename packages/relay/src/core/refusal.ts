/** How a refusal is told to a client. */
import type { Reject, RejectCode, RelayFrame } from "@intentcast/protocol";

/** Seconds after which the same request may fare better; a code that is not here never does. */
const retrySeconds: Partial<Record<RejectCode, number>> = {
  "not-yet-valid": 60,
  "rate-limited": 5,
  "read-only": 60,
  "store-failed": 5,
  "store-full": 60,
  "shutting-down": 5,
};

/** Bytes in UTF-8 that a frame has room for. */
const detailBytes = 500;

/** Cut to what a frame holds, never through the middle of a character. */
export function brief(detail: string): string {
  const text = detail.toWellFormed();
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(detailBytes));
  return text.slice(0, read);
}

/** The frame for a refusal; `ref` 0 when it answers no request. */
export const rejected = (ref: number, { stage, code, detail }: Reject): RelayFrame => [
  "rejected",
  ref,
  stage,
  code,
  brief(detail),
  retrySeconds[code] ?? 0,
];
