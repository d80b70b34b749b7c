/** Deals at each of their phases, from which the scenarios of spec/vectors/thread go on. */
import type { Deal, Private, Signed } from "@intentcast/protocol";
import * as dealStory from "../deal-story.ts";
import { held, story } from "./deal.ts";

const { award, counter, offer, order, receipt, sellerSays } = dealStory;

export const opened = story.open();
export const offered = held(offer);
export const countered = held(offer, counter);
export const awarded = held(offer, award);
export const ordered = held(offer, award, order);
export const receipted = held(offer, award, order, receipt);
export const underWay = held(offer, award, order, sellerSays("OrderInTransit"));
export const delivered = held(offer, award, order, sellerSays("OrderDelivered"));
export const idAt = (deal: Deal, place: number): Uint8Array => (deal.messages[place] as Signed).id;
export const decline = (deal: Deal, who: "buyer" | "seller", prev?: Uint8Array): Private =>
  story.decline(deal, { who, ...(prev && { prev }) });
export const note = (deal: Deal, over: object = {}): Private => story.note(deal, over);
