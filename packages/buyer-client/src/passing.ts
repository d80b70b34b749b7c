/** Refusals that a relay may take back later, and a journal that may take entries again. */
import { IntentcastError, type RejectCode } from "@intentcast/protocol";

const passing: ReadonlySet<RejectCode> = new Set([
  "no-relay",
  "connection-lost",
  "shutting-down",
  "overloaded",
  "rate-limited",
  "read-only",
  "store-failed",
  "store-full",
  "journal-failed",
]);

export const isPassing = (error: unknown): boolean =>
  error instanceof IntentcastError && passing.has(error.code);
