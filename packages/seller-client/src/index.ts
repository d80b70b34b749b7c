/** The seller SDK: answer intents with sealed offers, by a function or from a product feed. */
export type {
  Answering,
  Handler,
  Hooks,
  OrderDetails,
  ReceiptDetails,
  Refusal,
  Storefront,
  UpdateDetails,
} from "./answering.ts";
export { answerIntent } from "./catalogue/answer.ts";
export type { Catalogue, DeliveryOption, Item, StockCount } from "./catalogue/catalogue.ts";
export {
  type ChoiceReason,
  type Considered,
  choiceReasons,
  type Explanation,
  explain,
} from "./catalogue/explain.ts";
export { type Miss, missReasons, type NoOffer } from "./catalogue/no-offer.ts";
export { type Feed, type FeedFormat, type FeedOptions, type Problem, readFeed } from "./feed/feed.ts";
export type { Log } from "./log.ts";
export type { OfferDraft } from "./offer-draft.ts";
export { openSeller, type Seller, type SellerOptions } from "./seller.ts";
export type { StorefrontOptions } from "./shop/shop.ts";
