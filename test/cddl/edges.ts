/**
 * The edges of a type: values that are plain but for one place, where they are at a bound or one step beyond it, of another
 * type, or without a field or with one more. Each place of the grammar below the type has its turn.
 */
import { diceOf } from "../fuzz/dice.ts";
import { othersOfText } from "./alterations.ts";
import { type Entry, flattened, type Grammar, resolved, type Type } from "./grammar.ts";
import { expressionIn, keyOf, make, mapOf, sized } from "./make.ts";
import { textOf } from "./texts.ts";

/** Of a grammar that nests without end, this much. */
const deepest = 12;
const samples = 8;

/** Of every type one. */
const ofOtherTypes: readonly unknown[] = [0, "a", true, new Uint8Array(2), [], {}];
const odd = ["\u0000", "\n", "\u0085", "\u2028", "A", "-", "/", ".", "é", " "];

export function edges(grammar: Grammar, type: Type, depth = 0): readonly unknown[] {
  if (depth > deepest) return [];
  const inner = (part: Type): readonly unknown[] => edges(grammar, part, depth + 1);
  switch (type.is) {
    case "literal":
      return type.value instanceof Uint8Array ? [type.value] : [type.value, othersOf(type.value)];
    case "range":
      return [type.least - 1, type.least, type.most, type.most + 1];
    case "name": {
      const rule = grammar.get(type.name);
      return rule === undefined ? [true, false, ...ofOtherTypes] : [...inner(rule), ...ofOtherTypes];
    }
    case "choice":
      return type.of.flatMap(inner);
    case "control":
      return edgesOfControlled(grammar, type, inner);
    case "array":
      return edgesOfArray(grammar, flattened(grammar, type.entries), inner);
    case "map":
      return edgesOfMap(grammar, flattened(grammar, type.entries), inner);
    default:
      throw new Error(`a ${type.is} has no edges`);
  }
}

const othersOf = (value: unknown): unknown => (typeof value === "number" ? value + 1 : `${value}x`);

type Inner = (part: Type) => readonly unknown[];
type Controlled = Extract<Type, { is: "control" }>;

function edgesOfControlled(grammar: Grammar, type: Controlled, inner: Inner): readonly unknown[] {
  switch (type.control) {
    case "size": {
      const values = textual(resolved(grammar, type.type)) ? inner(type.type) : [new Uint8Array(0)];
      const sizes = inner(type.by).filter((size) => typeof size === "number" && size >= 0);
      const some = values.filter((value) => typeof value === "string" || value instanceof Uint8Array);
      return [...values, ...some.flatMap((value) => sizes.map((size) => sized(value, size)))];
    }
    case "regexp": {
      const expression = expressionIn(type);
      const right = sampled(expression);
      const wrong = odd.map((character, i) => {
        const text = right[i % right.length] as string;
        return text.slice(0, i) + character + text.slice(i);
      });
      return ["", ...right, ...wrong, ...othersOfText(expression).flatMap(sampled)];
    }
    case "ne":
      return [...inner(type.type), ...inner(type.by)];
    case "cbor":
      throw new Error("an item within a byte string has no edges");
  }
}

const textual = (type: Type): boolean => type.is === "control" && type.control === "regexp";

const sampled = (expression: string): string[] =>
  Array.from({ length: samples }, (_, i) => textOf(expression, diceOf(expression, i)));

const plain = (grammar: Grammar, type: Type): unknown => make(grammar, type, diceOf("plain"));

function edgesOfArray(grammar: Grammar, entries: readonly Entry[], inner: Inner): readonly unknown[] {
  const items = (entry: Entry, count: number): unknown[] =>
    Array.from({ length: Math.max(0, count) }, () => plain(grammar, entry.type));
  const before = (place: number) => entries.slice(0, place).flatMap((entry) => items(entry, entry.least));
  const after = (place: number) => entries.slice(place + 1).flatMap((entry) => items(entry, entry.least));
  return entries.flatMap((entry, place) => {
    const most = Number.isFinite(entry.most) ? entry.most : entry.least + 2;
    const counts = [entry.least - 1, entry.least, most, most + 1].map((count) => items(entry, count));
    const others = inner(entry.type).map((item) => [item, ...items(entry, entry.least - 1)]);
    return [...counts, ...others].map((list) => [...before(place), ...list, ...after(place)]);
  });
}

function edgesOfMap(grammar: Grammar, entries: readonly Entry[], inner: Inner): readonly unknown[] {
  const pairs = entries.map((entry) => [keyOf(entry), plain(grammar, entry.type)] as const);
  const required = pairs.filter((_, i) => (entries[i] as Entry).least > 0);
  return [
    mapOf(pairs),
    mapOf(required),
    mapOf([...required, ["surprise", 0]]),
    ...entries.flatMap((entry, i) => [
      mapOf(pairs.toSpliced(i, 1)),
      ...inner(entry.type).map((value) => mapOf(pairs.with(i, [keyOf(entry), value]))),
    ]),
  ];
}
