/** Items of a schema.org Product: one an offer, with what its group says of all its variants. */
import type { Attribute } from "../catalogue/catalogue.ts";
import { measure, optionAttribute, scaled, unitOf } from "./attribute.ts";
import { breadcrumb, categoryOf } from "./category.ts";
import { type DraftItem, draftItem } from "./draft.ts";
import type { FeedContext } from "./feed.ts";
import { derivedSku, gtinOf, linkOf } from "./identifier.ts";
import type { Product } from "./json-ld-graph.ts";
import { firstText, isNode, type Node, nodesOf, textsOf, valuesOf } from "./json-ld-node.ts";
import { firstId, readOffer } from "./json-ld-offer.ts";
import type { Say } from "./problem.ts";
import { tokenOf } from "./text.ts";

const gtins = ["gtin", "gtin14", "gtin13", "gtin12", "gtin8", "isbn"];
const looks = ["color", "size", "material", "pattern"];
const measures = ["weight", "depth", "width", "height"];

/** None, after saying why, where the product cannot be bought. */
export function jsonLdItems({ node, group, offers }: Product, context: FeedContext, say: Say): DraftItem[] {
  const name = nameOf(node, group);
  if (name === undefined) say("name", "empty");
  if (offers.length === 0) say("offers", "empty");
  if (name === undefined) return [];
  return offers.flatMap(singleOffers).flatMap((offer) => {
    const read = readOffer(offer, context, say);
    if (read === undefined) return [];
    const gtinColumn = gtins.find((one) => firstText(node, one) ?? firstText(offer, one)) ?? "gtin";
    const gtin = gtinOf(firstText(node, gtinColumn) ?? firstText(offer, gtinColumn), gtinColumn, say);
    const address = firstText(offer, "url") ?? firstText(node, "url") ?? firstText(group, "url");
    const either = (property: string) => firstText(node, property) ?? firstText(group, property);
    const categories = [...textsOf(node, "category"), ...textsOf(group, "category")];
    const category = categories.find((one) => one.startsWith("gid://") && categoryOf(one) !== undefined);
    return draftItem({
      ...read,
      sku: skuOf(node, offer, name),
      name,
      description: either("description"),
      brand: either("brand") ?? either("manufacturer"),
      category,
      gtin,
      mpn: firstText(node, "mpn") ?? firstText(offer, "mpn"),
      condition:
        firstId(offer, "itemCondition") ?? firstId(node, "itemCondition") ?? firstId(group, "itemCondition"),
      attributes: [...attributesOf(node), ...(group === undefined ? [] : attributesOf(group))],
      words: [...categories.filter((one) => one !== category).flatMap(breadcrumb), ...keywordsOf(node)],
      url: linkOf(inShop(address, context), "url", say),
      group: firstText(group, "productGroupID", "sku", "@id") ?? firstText(node, "inProductGroupWithID"),
    });
  });
}

/** An AggregateOffer may hold the offers that it sums up, and name their currency for all of them. */
const singleOffers = (offer: Node): readonly Node[] => {
  const inner = nodesOf(offer, "offers");
  const priceCurrency = firstText(offer, "priceCurrency");
  return inner.length > 0 ? inner.map((one) => ({ priceCurrency, ...one })) : [offer];
};

function nameOf(node: Node, group: Node | undefined): string | undefined {
  const [own, groups] = [firstText(node, "name"), firstText(group, "name")];
  if (own !== undefined || groups === undefined) return own;
  return [groups, ...looks.map((property) => firstText(node, property))]
    .filter((one) => one !== undefined)
    .join(", ");
}

/** Pages often leave the SKU out; what else names the thing for good stands in for it. */
function skuOf(node: Node, offer: Node, name: string): string {
  const own = firstText(offer, "sku") ?? firstText(node, "sku", "productID", ...gtins, "mpn");
  return own ?? derivedSku(firstText(node, "@id", "url") ?? firstText(offer, "url") ?? name);
}

const inShop = (address: string | undefined, { shop }: FeedContext): string | undefined =>
  address !== undefined && shop !== undefined && URL.canParse(address, shop)
    ? new URL(address, shop).href
    : address;

const keywordsOf = (node: Node): string[] => textsOf(node, "keywords").flatMap((words) => words.split(","));

const attributesOf = (node: Node): Attribute[] => [
  ...looks.flatMap((name) => optionAttribute(name, firstText(node, name))),
  ...measures.flatMap((name) =>
    valuesOf(node, name).flatMap((value) =>
      typeof value === "string" ? measure(name, value) : isNode(value) ? quantity(name, value) : [],
    ),
  ),
  ...nodesOf(node, "additionalProperty").flatMap((property) =>
    quantity(firstText(property, "name", "propertyID"), property),
  ),
];

/** A QuantitativeValue or a PropertyValue: a number with its unit, a word, or true or false. */
function quantity(name: string | undefined, node: Node): Attribute[] {
  const attribute = tokenOf(name ?? "");
  const [value] = valuesOf(node, "value");
  if (attribute === undefined) return [];
  if (typeof value === "boolean") return [{ attribute, value }];
  const text = firstText(node, "value");
  const code = firstText(node, "unitCode");
  const words = firstText(node, "unitText") ?? code;
  const unit = code !== undefined && /^[A-Z0-9]{2,3}$/.test(code) ? code : unitOf(words);
  const number = scaled(text ?? "");
  if (unit !== undefined && number !== undefined) return [{ attribute, ...number, unit }];
  return optionAttribute(attribute, words === undefined ? text : text && `${text} ${words}`);
}
