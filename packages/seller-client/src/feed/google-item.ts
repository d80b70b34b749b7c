/** An item of one entry of a Google Merchant feed, by the names that its product data specification gives the fields. */
import { measure, optionAttribute } from "./attribute.ts";
import { readAvailability } from "./availability.ts";
import { breadcrumb } from "./category.ts";
import { type DraftItem, draftItem } from "./draft.ts";
import type { FeedContext } from "./feed.ts";
import { gtinOf, linkOf } from "./identifier.ts";
import { isOver, readMoment } from "./moment.ts";
import { readPrice } from "./price.ts";
import type { Say } from "./problem.ts";
import { priceNow } from "./sale.ts";

/** Texts of a field, as often as it stands there, none of them empty. */
export type Fields = {
  all(name: string): readonly string[];
  readonly details: readonly { readonly name: string | undefined; readonly value: string | undefined }[];
};

const texts = ["color", "size", "material", "pattern", "gender", "age_group", "size_system", "size_type"];
const measures = ["weight", "length", "width", "height"];
const quantities = ["quantity", "sell_on_google_quantity", "inventory"];

/**
 * Nothing, after saying why, where the entry cannot be offered from. `shipping` and `tax` are not read: delivery and
 * tax are conditions of the catalogue. A number of Google's taxonomy is no path, so it is not read either.
 */
export function googleItem(fields: Fields, context: FeedContext, say: Say): DraftItem | undefined {
  const one = (name: string): string | undefined => fields.all(name)[0];
  const sku = one("id");
  if (sku === undefined) return say("id", "empty");
  if (one("title") === undefined) return say("title", "empty");
  if (one("subscription_cost") !== undefined)
    return say("subscription_cost", "not offered: sold with a subscription");
  const expires = readMoment(one("expiration_date") ?? "");
  if (expires !== undefined && isOver(expires, context.now)) {
    return say("expiration_date", `not on sale since ${one("expiration_date")}`);
  }
  const price = priceOf(one, context, say);
  const counted = quantities.find((name) => one(name) !== undefined) ?? "quantity";
  const columns = { word: "availability", pieces: counted };
  const stock = readAvailability(one("availability"), one(counted), columns, say, one("availability_date"));
  if (price === undefined || stock === undefined) return undefined;
  return draftItem({
    sku,
    name: one("title"),
    price,
    available: stock.available,
    description: one("description") ?? one("summary") ?? one("content"),
    brand: one("brand"),
    gtin: gtinOf(one("gtin"), "gtin", say),
    mpn: one("mpn"),
    condition: one("condition"),
    attributes: [
      ...texts.flatMap((name) => optionAttribute(name, one(name))),
      ...measures.flatMap((name) => measure(name, one(`product_${name}`))),
      ...fields.details.flatMap(({ name, value }) => optionAttribute(name, value)),
    ],
    words: [...fields.all("product_type"), ...fields.all("google_product_category")].flatMap(breadcrumb),
    url: linkOf(one("link"), "link", say),
    group: one("item_group_id"),
  });
}

function priceOf(
  one: (name: string) => string | undefined,
  context: FeedContext,
  say: Say,
): number | undefined {
  const text = one("price");
  if (text === undefined) return say("price", "empty");
  const regular = readPrice(text, context.currency, "price", say);
  if (regular === undefined) return undefined;
  const [from, until] = (one("sale_price_effective_date") ?? "").split("/");
  const at = (date: string | undefined) => ({
    column: "sale_price_effective_date",
    text: date?.trim() === "" ? undefined : date,
  });
  const price = { column: "sale_price", text: one("sale_price") };
  return priceNow({ regular, price, from: at(from), until: at(until) }, context, say);
}
