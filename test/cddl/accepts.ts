/** Whether a value is of a type of a grammar (RFC 8610). */

import { equalBytes } from "@intentcast/protocol";
import { Tag } from "cbor-x";
import { type Entry, flattened, type Grammar, type Literal, type Type } from "./grammar.ts";
import { decodeAny } from "./items.ts";

export function accepts(grammar: Grammar, type: Type, value: unknown): boolean {
  switch (type.is) {
    case "literal":
      return isSame(type.value, value);
    case "range":
      return isWithin(type.least, type.most, value);
    case "name":
      return isNamed(grammar, type.name, value);
    case "choice":
      return type.of.some((one) => accepts(grammar, one, value));
    case "control":
      return accepts(grammar, type.type, value) && isControlled(grammar, type, value);
    case "tag":
      return value instanceof Tag && value.tag === type.tag && accepts(grammar, type.type, value.value);
    case "array":
      return Array.isArray(value) && fillsArray(grammar, flattened(grammar, type.entries), value);
    case "map":
      return fillsMap(grammar, flattened(grammar, type.entries), value);
    case "group":
      throw new Error("a group is no type");
  }
}

const isSame = (literal: Literal, value: unknown): boolean =>
  literal instanceof Uint8Array
    ? value instanceof Uint8Array && equalBytes(literal, value)
    : literal === value;

/** Decoders give a bigint where 32 bits are not enough. */
function isWithin(least: number, most: number, value: unknown): boolean {
  const number = typeof value === "bigint" ? Number(value) : value;
  return Number.isInteger(number) && least <= (number as number) && (number as number) <= most;
}

function isNamed(grammar: Grammar, name: string, value: unknown): boolean {
  const rule = grammar.get(name);
  if (rule !== undefined) return accepts(grammar, rule, value);
  switch (name) {
    case "tstr":
      return typeof value === "string";
    case "bstr":
      return value instanceof Uint8Array;
    case "bool":
      return typeof value === "boolean";
    case "true":
      return value === true;
    default:
      throw new Error(`no rule ${name}`);
  }
}

type Controlled = Extract<Type, { is: "control" }>;

function isControlled(grammar: Grammar, { control, by }: Controlled, value: unknown): boolean {
  switch (control) {
    case "size":
      return accepts(grammar, by, typeof value === "string" ? Buffer.byteLength(value) : lengthOf(value));
    case "regexp":
      return regExpOf(by).test(value as string);
    case "ne":
      return !accepts(grammar, by, value);
    case "cbor": {
      const item = decodeAny(value as Uint8Array);
      return item !== undefined && accepts(grammar, by, item.value);
    }
  }
}

const lengthOf = (value: unknown): number => (value as Uint8Array).length;

const compiled = new Map<Type, RegExp>();

/** XSD's regular expressions, which match a whole text, and mean the same here as far as the grammar uses them. */
function regExpOf(by: Type): RegExp {
  const known = compiled.get(by);
  if (known !== undefined) return known;
  if (by.is !== "literal" || typeof by.value !== "string") throw new Error("a regular expression is a text");
  const expression = new RegExp(`^(?:${by.value})$`, "u");
  compiled.set(by, expression);
  return expression;
}

/** Each entry takes as many items as it can: no entry of the grammar needs one that an earlier entry could take. */
function fillsArray(grammar: Grammar, entries: readonly Entry[], items: readonly unknown[]): boolean {
  let at = 0;
  for (const { least, most, type } of entries) {
    let taken = 0;
    while (taken < most && at < items.length && accepts(grammar, type, items[at])) {
      taken++;
      at++;
    }
    if (taken < least) return false;
  }
  return at === items.length;
}

function fillsMap(grammar: Grammar, entries: readonly Entry[], value: unknown): boolean {
  const left = entriesOf(value);
  if (left === undefined) return false;
  for (const { least, key, type } of entries) {
    if (key === undefined) throw new Error("an entry of a map has a key");
    const own =
      key.is === "literal" ? [key.value] : [...left.keys()].filter((one) => accepts(grammar, key, one));
    const found = own.filter((one) => left.has(one));
    if (found.length < least || !found.every((one) => accepts(grammar, type, left.get(one)))) return false;
    for (const one of found) left.delete(one);
  }
  return left.size === 0;
}

/** A map is an object where all its keys are texts, or a Map. */
function entriesOf(value: unknown): Map<unknown, unknown> | undefined {
  if (value instanceof Map) return new Map(value);
  const isPlain =
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? new Map(Object.entries(value)) : undefined;
}
