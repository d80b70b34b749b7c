/** The products of a JSON-LD document in their order, wherever they stand in it, with the group that each is one of. */
import { hasType, isNode, type Node, nodesOf, valuesOf } from "./json-ld-node.ts";

export type Product = { readonly node: Node; readonly group?: Node; readonly offers: readonly Node[] };

/** Properties that lead to what is for sale. Others lead to products too: similar ones, reviewed ones, spare parts. */
const ways = [
  "@graph",
  "mainEntity",
  "itemListElement",
  "item",
  "hasOfferCatalog",
  "makesOffer",
  "offers",
  "itemOffered",
] as const;

const products = ["Product", "IndividualProduct", "SomeProducts", "ProductGroup", "Vehicle", "Car", "Book"];

export function productsOf(documents: readonly unknown[]): Product[] {
  const { resolve, groupOf } = indexed(documents);
  const found: Product[] = [];
  const seen = new Set<Node>();
  // A stack of its own, as documents may be nested deeper than calls can be.
  const waiting: { value: unknown; offer?: Node }[] = [];
  const wait = (values: readonly unknown[], offer?: Node) => {
    for (const value of [...values].reverse()) waiting.push({ value, ...(offer !== undefined && { offer }) });
  };
  wait(documents);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, offer } = next;
    if (Array.isArray(value)) wait(value);
    if (!isNode(value)) continue;
    const node = resolve(value);
    if (seen.has(node)) continue;
    seen.add(node);
    const variants = nodesOf(node, "hasVariant");
    if (variants.length > 0) wait(variants);
    else if (groupOf.has(node) || hasType(node, ...products)) {
      const group = groupOf.get(node) ?? nodesOf(node, "isVariantOf").map(resolve)[0];
      const offers = [...nodesOf(node, "offers"), ...(offer === undefined ? [] : [offer])].map(resolve);
      found.push({ node, offers: [...new Set(offers)], ...(group !== undefined && { group }) });
    } else {
      const own = hasType(node, "Offer") ? node : undefined;
      for (const way of [...ways].reverse())
        wait(valuesOf(node, way), way === "itemOffered" ? own : undefined);
    }
  }
  return found;
}

type Index = {
  /** `{"@id": "#tent"}` alone stands for the node of that name that says most. */
  resolve(node: Node): Node;
  /** Groups of their variants. */
  readonly groupOf: ReadonlyMap<Node, Node>;
};

function indexed(documents: readonly unknown[]): Index {
  const named = new Map<string, Node>();
  const groups: Node[] = [];
  const waiting: unknown[] = [...documents];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    for (const inner of Object.values(value)) if (typeof inner === "object") waiting.push(inner);
    if (!isNode(value)) continue;
    if (valuesOf(value, "hasVariant").length > 0) groups.push(value);
    const id = value["@id"];
    if (typeof id !== "string") continue;
    const known = named.get(id);
    if (known === undefined || Object.keys(known).length < Object.keys(value).length) named.set(id, value);
  }
  const resolve = (node: Node): Node => {
    const id = node["@id"];
    const isReference = Object.keys(node).every((key) => key === "@id" || key === "@type");
    return typeof id === "string" && isReference ? (named.get(id) ?? node) : node;
  };
  const pairs = groups.flatMap((group) =>
    nodesOf(group, "hasVariant").map((variant) => [resolve(variant), group] as const),
  );
  return { resolve, groupOf: new Map(pairs) };
}
