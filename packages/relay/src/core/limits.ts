/** What one connection may ask of a relay; told in hello and in the information document, and enforced. */
import { day, type Limits, maxFrameBytes, maxSealedBytes, minute } from "@intentcast/protocol";

/** Thirty days and five minutes are the protocol's; the rest is this relay's choice. */
export const defaultLimits: Limits = {
  frame: maxFrameBytes,
  message: maxSealedBytes,
  subscriptions: 256,
  filterTerms: 2048,
  credit: 10_000,
  mailboxes: 4096,
  lifetime: 30 * day,
  skew: 5 * minute,
};
