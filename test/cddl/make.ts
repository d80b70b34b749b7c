/** Makes values of a type of a grammar (RFC 8610) by dice. */
import type { Dice } from "../fuzz/dice.ts";
import { type Entry, flattened, type Grammar, type Type } from "./grammar.ts";
import { textOf } from "./texts.ts";

/** Where a grammar sets no bound, or a distant one, so many items beyond the least are made at the most. */
const many = 3;
/** Values that the grammar lets nest without end are made no deeper. */
const deepest = 8;

export function make(grammar: Grammar, type: Type, dice: Dice, depth = 0): unknown {
  switch (type.is) {
    case "literal":
      return type.value;
    case "range":
      return dice.pick([
        type.least,
        type.most,
        type.least + dice.below(Math.min(type.most - type.least, 2 ** 31) + 1),
      ]);
    case "name":
      return makeNamed(grammar, type.name, dice, depth);
    case "choice":
      return make(grammar, dice.pick(depth < deepest ? type.of : type.of.slice(0, 1)), dice, depth);
    case "control":
      return makeControlled(grammar, type, dice, depth);
    case "array":
      return flattened(grammar, type.entries).flatMap((entry) =>
        Array.from({ length: countOf(entry, dice) }, () => make(grammar, entry.type, dice, depth + 1)),
      );
    case "map":
      return mapOf(
        flattened(grammar, type.entries)
          .filter(({ least }) => least > 0 || dice.chance(0.4))
          .map((entry) => [keyOf(entry), make(grammar, entry.type, dice, depth + 1)]),
      );
    default:
      throw new Error(`a ${type.is} is not made`);
  }
}

function makeNamed(grammar: Grammar, name: string, dice: Dice, depth: number): unknown {
  const rule = grammar.get(name);
  if (rule !== undefined) return make(grammar, rule, dice, depth);
  switch (name) {
    case "tstr":
      return dice.pick(["", "a", "é", "\u0000", "🙂🙂"]);
    case "bstr":
      return dice.bytes(dice.below(5));
    case "bool":
      return dice.chance(0.5);
    case "true":
      return true;
    default:
      throw new Error(`no rule ${name}`);
  }
}

type Controlled = Extract<Type, { is: "control" }>;

function makeControlled(grammar: Grammar, type: Controlled, dice: Dice, depth: number): unknown {
  switch (type.control) {
    case "size":
      return sized(make(grammar, type.type, dice, depth), make(grammar, type.by, dice, depth));
    case "regexp":
      return textOf(expressionIn(type), dice);
    case "ne":
      return make(grammar, type.type, dice, depth);
    case "cbor":
      throw new Error("an item within a byte string is not made");
  }
}

export const expressionIn = ({ by }: Controlled): string => (by.is === "literal" ? String(by.value) : "");

/** The text or the byte string, cut or drawn out to so many bytes. A text may have lost its form by that. */
export function sized(value: unknown, size: unknown): unknown {
  const bytes = Math.max(0, Number(size));
  if (value instanceof Uint8Array) return new Uint8Array(bytes).fill(7);
  // What is cut in two at the end goes.
  const cut = new TextDecoder().decode(Buffer.from(String(value)).subarray(0, bytes)).replace(/\ufffd+$/, "");
  const last = /[!-~](?=[^!-~]*$)/.exec(cut)?.[0] ?? "a";
  return cut + last.repeat(bytes - Buffer.byteLength(cut));
}

const countOf = ({ least, most }: Entry, dice: Dice): number =>
  least + dice.below(Math.min(most - least, many) + 1);

/** Where a key may be any text, one is made up. */
export const keyOf = ({ key }: Entry): unknown => (key?.is === "literal" ? key.value : "k");

/** A map whose keys are texts is an object. */
export const mapOf = (pairs: readonly (readonly [unknown, unknown])[]): unknown =>
  pairs.every(([key]) => typeof key === "string") ? Object.fromEntries(pairs) : new Map(pairs);
