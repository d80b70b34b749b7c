/** Values that are almost right: a tree in which a field is gone, doubled, of another type, or at an edge. */
import { encodeValue } from "@intentcast/protocol";
import type { Dice } from "./dice.ts";

type Tree = unknown;
type Branch = Record<string, Tree> | Tree[];

const isBranch = (value: Tree): value is Branch =>
  Array.isArray(value) || (typeof value === "object" && value !== null && !(value instanceof Uint8Array));

/** All lists and maps in a tree, the tree itself first. */
function branches(tree: Tree): Branch[] {
  const found: Branch[] = [];
  const visit = (value: Tree): void => {
    if (!isBranch(value)) return;
    found.push(value);
    for (const item of Object.values(value)) visit(item);
  };
  visit(tree);
  return found;
}

const integers = [0, -1, 1, 8, 9, 16, 256, 1_795_435_200, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)];
const texts = [
  "",
  "a",
  "USD",
  "new",
  "C62",
  "en",
  "x".repeat(201),
  "\u0000",
  "a\nb",
  "\u202e",
  "\ufeffx",
  "é",
  "e\u0301",
  "İ",
  "ß",
  "shopify/bt",
  "shopify/bt/15/8",
  "iso3166/US/CA",
  "__proto__",
  "constructor",
  "4006381333931",
  "https://a.example/x",
  "eq",
  "ge",
  "in",
  "withdrawn",
  "OrderDelivered",
  "wss://r.example",
];

/** A value of the wire profile that stands at an edge of something. */
function edgeValue(dice: Dice): Tree {
  switch (dice.below(8)) {
    case 0:
    case 1:
      return dice.pick(integers);
    case 2:
    case 3:
      return dice.pick(texts);
    case 4:
      return dice.bytes(dice.pick([0, 1, 16, 31, 32, 33, 64]));
    case 5:
      return dice.chance(0.5);
    case 6:
      return dice.pick<Tree>([[], {}, [[]], [0], ["a"], { a: 0 }]);
    default:
      return new Uint8Array(32).fill(dice.pick([0, 1, 0xff, 0x11]));
  }
}

/** What only JSON has. */
const jsonEdges: readonly Tree[] = [
  null,
  0.1,
  -0.5,
  1e21,
  1e308,
  "12,50",
  "1.234,56 €",
  "in stock",
  "<b>&amp;</b>",
  " ",
];

function change(branch: Branch, dice: Dice, all: readonly Branch[], edge: (dice: Dice) => Tree): void {
  const names = Object.keys(branch);
  const name = names.length === 0 ? undefined : dice.pick(names);
  const holder = branch as Record<string, Tree>;
  switch (dice.below(7)) {
    case 0:
      if (name !== undefined) {
        if (Array.isArray(branch)) branch.splice(Number(name), 1);
        else delete holder[name];
      }
      return;
    case 1:
      if (Array.isArray(branch)) {
        const copies = dice.chance(0.1) ? 300 : 1;
        for (let i = 0; i < copies; i++)
          branch.push(structuredClone(branch[Number(name ?? 0)] ?? edge(dice)));
      } else holder[dice.pick(["surprise", "ext", "note", "part", "scale"])] = edge(dice);
      return;
    case 2: {
      // What stands elsewhere in the tree.
      const other = dice.pick(all);
      const values = Object.values(other);
      if (name !== undefined && values.length > 0) holder[name] = structuredClone(dice.pick(values));
      return;
    }
    case 3: {
      const value = name === undefined ? undefined : holder[name];
      if (name !== undefined && typeof value === "number")
        holder[name] = value + dice.pick([-1, 1, 60, -60, 2 ** 31]);
      if (name !== undefined && typeof value === "string") holder[name] = retype(value, dice);
      return;
    }
    case 4:
      if (Array.isArray(branch)) branch.reverse();
      return;
    default:
      if (name !== undefined) holder[name] = edge(dice);
  }
}

function retype(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  return dice.pick([
    text.slice(0, at) + dice.pick([...texts, "/", ".", ":", " ", "9"]) + text.slice(at),
    text.slice(0, at),
    text.toUpperCase(),
    text + text,
  ]);
}

/** A copy of a tree of the wire profile with one to four changes, still of the wire profile but for its depth. */
export const mutateValue = (tree: Tree, dice: Dice): Tree => mutateTree(tree, dice, edgeValue);

/** The same for JSON. */
export const mutateJson = (tree: Tree, dice: Dice): Tree =>
  mutateTree(tree, dice, (one) => {
    const value = one.chance(0.4) ? one.pick(jsonEdges) : edgeValue(one);
    return value instanceof Uint8Array ? null : structuredClone(value);
  });

function mutateTree(tree: Tree, dice: Dice, edge: (dice: Dice) => Tree): Tree {
  const copy = structuredClone(tree);
  const count = dice.chance(0.6) ? 1 : 1 + dice.below(4);
  for (let i = 0; i < count; i++) {
    const all = branches(copy);
    const holder = all.length === 0 ? undefined : dice.pick(all);
    if (holder === undefined) return edge(dice);
    change(holder, dice, all, edge);
  }
  return copy;
}

/** A change may have made a value that the profile cannot say; then the bytes of none. */
export function encodeIfPossible(value: unknown): Uint8Array {
  try {
    return encodeValue(value);
  } catch (error) {
    if (error instanceof TypeError) return new Uint8Array(0);
    throw error;
  }
}
