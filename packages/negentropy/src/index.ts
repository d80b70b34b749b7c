/** Range-based set reconciliation, pure: which items two sets do not share, in few rounds and few bytes. */

export type { Sha256 } from "./fingerprint.ts";
export { ItemSet, type Snapshot } from "./item-set.ts";
export {
  type Effect,
  type Progress,
  type ReconcileOptions,
  type Reconciliation,
  reconcile,
} from "./reconciliation/reconciliation.ts";
export { type Refusal, type RefusalCode, type Result, refusals } from "./refusal.ts";
export { type InitiatorTurn, initiate, initiatorTurn, type RoleOptions, responderTurn } from "./roles.ts";
