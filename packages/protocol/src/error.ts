/** The one error that the SDKs throw. */
import { describeReject, type Reject, type RejectCode, type Stage } from "./reject.ts";
import type { Result } from "./result.ts";

/** A refusal as an exception: `code` is stable and listed in spec/errors.md, `message` is for people. */
export class IntentcastError extends Error {
  override readonly name = "IntentcastError";
  readonly code: RejectCode;
  readonly stage: Stage;

  constructor(reject: Reject, options?: { cause?: unknown }) {
    super(describeReject(reject), options);
    this.code = reject.code;
    this.stage = reject.stage;
  }
}

/** The value of a Result, or its Reject thrown as an {@link IntentcastError}. */
export function unwrap<T>(result: Result<T, Reject>): T {
  if (!result.ok) throw new IntentcastError(result.error);
  return result.value;
}
