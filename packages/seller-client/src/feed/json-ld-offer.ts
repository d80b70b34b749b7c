/** What one schema.org Offer says: the price that holds now, whether the thing is there, how many of it. */
import { readAvailability } from "./availability.ts";
import type { FeedContext } from "./feed.ts";
import { firstText, hasType, type Node, nodesOf, valuesOf } from "./json-ld-node.ts";
import { holds, isOver, readMoment, type Span } from "./moment.ts";
import { readNumericPrice, readPrice } from "./price.ts";
import type { Say } from "./problem.ts";

export type OfferRead = { readonly price: number; readonly available?: number };

/** Nothing, after saying why, where nobody can buy one piece now at one price in the shop's currency. */
export function readOffer(offer: Node, context: FeedContext, say: Say): OfferRead | undefined {
  const least = Number(firstText(nodesOf(offer, "eligibleQuantity")[0], "minValue") ?? 1);
  if (least > 1) return say("eligibleQuantity", `the price holds from ${least} pieces on`);
  if (!isCurrent(offer, context, say)) return undefined;
  const price = priceOf(offer, context, say);
  if (price === undefined) return undefined;
  const level = nodesOf(offer, "inventoryLevel")[0];
  const pieces = firstText(level, "value", "minValue") ?? firstText(offer, "inventoryLevel");
  const columns = { word: "availability", pieces: "inventoryLevel" };
  const word = firstId(offer, "availability");
  const stock = readAvailability(word, pieces, columns, say, firstText(offer, "availabilityStarts"));
  return stock === undefined ? undefined : { price, ...stock };
}

/** A text, or the address of a node of schema.org's own: `{"@id": "https://schema.org/InStock"}`. */
export function firstId(node: Node | undefined, property: string): string | undefined {
  const [inner] = nodesOf(node, property);
  return firstText(inner, "@id", "name") ?? firstText(node, property);
}

function isCurrent(offer: Node, { now }: FeedContext, say: Say): boolean {
  for (const property of ["priceValidUntil", "validThrough", "availabilityEnds"]) {
    const text = firstText(offer, property);
    const moment = readMoment(text ?? "");
    if (moment !== undefined && isOver(moment, now)) {
      say(property, `not on sale since ${text}`);
      return false;
    }
  }
  const starts = firstText(offer, "validFrom");
  const from = readMoment(starts ?? "")?.from;
  if (from === undefined || now === undefined || from <= now) return true;
  say("validFrom", `not on sale before ${starts}`);
  return false;
}

function priceOf(offer: Node, context: FeedContext, say: Say): number | undefined {
  const stated = firstText(offer, "priceCurrency");
  const own = valuesOf(offer, "price")[0];
  if (own !== undefined) return amountOf(own, stated, context, say);
  const [low, high] = ["lowPrice", "highPrice"].map((property) => firstText(offer, property));
  if (low !== undefined || high !== undefined || hasType(offer, "AggregateOffer")) {
    if (low === undefined || low !== high)
      return say("lowPrice", `no single price: ${low ?? "?"} to ${high ?? "?"}`);
    return amountOf(valuesOf(offer, "lowPrice")[0], stated, context, say);
  }
  const specification = specificationOf(offer, context);
  if (specification === undefined) return say("price", "empty");
  const currency = firstText(specification, "priceCurrency") ?? stated;
  return amountOf(valuesOf(specification, "price")[0], currency, context, say);
}

/** Of several the first that is a price to pay now, for the thing as it is, by anybody. */
function specificationOf(offer: Node, { now }: FeedContext): Node | undefined {
  return nodesOf(offer, "priceSpecification").find((one) => {
    const type = firstId(one, "priceType") ?? "";
    const isOther = ["Strikethrough", "ListPrice", "MSRP", "MinimumAdvertised"].some((word) =>
      type.includes(word),
    );
    const span: Span = {
      from: readMoment(firstText(one, "validFrom") ?? "")?.from,
      until: readMoment(firstText(one, "validThrough") ?? "")?.until,
    };
    const forSome = ["referenceQuantity", "validForMemberTier", "eligibleQuantity", "billingDuration"];
    const isForAll = forSome.every((property) => valuesOf(one, property).length === 0);
    return !isOther && isForAll && holds(span, now) && valuesOf(one, "price").length > 0;
  });
}

function amountOf(price: unknown, stated: string | undefined, { currency }: FeedContext, say: Say) {
  if (stated !== undefined && stated.toUpperCase() !== currency) {
    return say("priceCurrency", `${stated}, and the shop sells in ${currency}`);
  }
  return typeof price === "number"
    ? readNumericPrice(price, currency, "price", say)
    : readPrice(typeof price === "string" ? price : "", currency, "price", say);
}
