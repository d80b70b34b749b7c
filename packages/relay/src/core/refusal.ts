/** How a refusal is told to a client. */
import { type Err, err, type Reject, type RejectCode, type RelayFrame } from "@intentcast/protocol";

/** A Reject that may know better than its code when the same request may fare better. */
export type Refusal = Reject & { readonly retryAfter?: number };

/** The refusal with its own number of seconds. */
export const retryIn = (retryAfter: number, { error }: Err<Reject>): Err<Refusal> =>
  err({ ...error, retryAfter });

/** Seconds after which the same request may fare better; a code that is not here never does. */
const retrySeconds: Partial<Record<RejectCode, number>> = {
  "not-yet-valid": 60,
  overloaded: 2,
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
export const rejected = (ref: number, { stage, code, detail, retryAfter }: Refusal): RelayFrame => [
  "rejected",
  ref,
  stage,
  code,
  brief(detail),
  retryAfter ?? retrySeconds[code] ?? 0,
];
