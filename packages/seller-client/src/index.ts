export { answerIntent } from "./catalogue/answer.ts";
export type { Attribute, Catalogue, DeliveryOption, Item } from "./catalogue/catalogue.ts";
export { type Miss, missReasons, type NoOffer } from "./catalogue/no-offer.ts";
export { type Feed, type FeedFormat, type FeedOptions, type Problem, readFeed } from "./feed/feed.ts";
export type { OfferDraft } from "./offer-draft.ts";
