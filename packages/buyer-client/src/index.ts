/** The buyer SDK: cast an intent, rank the sealed offers, award one, keep a provable order. Runs in browsers too. */
export { type Buyer, type BuyerOptions, openBuyer } from "./buyer.ts";
export type { AwardOptions, Cast, CastState, Offered, OfferLike } from "./cast.ts";
export { type Draft, uncategorized } from "./draft.ts";
export type { BuyerLog } from "./ports.ts";
export type { Purchase, Waiting } from "./purchase.ts";
export {
  type Criteria,
  type CriterionName,
  defaultWeights,
  type Ranked,
  type Reason,
  rank,
} from "./ranking.ts";
export type { Refused } from "./wallet.ts";
