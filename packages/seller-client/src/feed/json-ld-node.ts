/** Values of JSON-LD nodes, however schema.org's words and their values are written there. */

export type Node = { readonly [key: string]: unknown };

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const prefixes = ["", "schema:", "https://schema.org/", "http://schema.org/"];

/** All values of a property: of a list each, of a wrapped value what is inside. */
export function valuesOf(node: Node | undefined, property: string): readonly unknown[] {
  if (node === undefined) return [];
  const key = prefixes.map((prefix) => `${prefix}${property}`).find((one) => Object.hasOwn(node, one));
  return key === undefined ? [] : listed(node[key]).flatMap(unwrapped);
}

const listed = (value: unknown): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
};

/** `{"@value": "Tent", "@language": "en"}`, `{"@list": […]}`, `{"@set": […]}`. */
function unwrapped(value: unknown): readonly unknown[] {
  if (!isNode(value)) return listed(value);
  for (const wrapper of ["@value", "@list", "@set"]) {
    if (Object.hasOwn(value, wrapper)) return listed(value[wrapper]);
  }
  return [value];
}

export const nodesOf = (node: Node | undefined, property: string): Node[] =>
  valuesOf(node, property).filter(isNode);

/** A text, or a number as one. Undefined where nothing stands there. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value !== "string" || value.trim() === "" ? undefined : value.trim();
}

/** All that a property says in words; of a thing its name. */
export const textsOf = (node: Node | undefined, property: string): string[] =>
  valuesOf(node, property)
    .map((value) => textOf(isNode(value) ? valuesOf(value, "name")[0] : value))
    .filter((text) => text !== undefined);

/** The first of the properties that says anything. */
export function firstText(node: Node | undefined, ...properties: readonly string[]): string | undefined {
  for (const property of properties) {
    const [text] = textsOf(node, property);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Whether a node is of one of the types, with or without schema.org's address before it. */
export function hasType(node: Node, ...types: readonly string[]): boolean {
  return listed(node["@type"]).some((type) => {
    const prefix = prefixes.findLast((one) => typeof type === "string" && type.startsWith(one)) ?? "";
    return typeof type === "string" && types.includes(type.slice(prefix.length));
  });
}
