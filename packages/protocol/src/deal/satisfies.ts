/** Whether what is said of an item satisfies one requirement of the buyer's (spec/06-deal §requirements). */
import { foldText } from "../filter/words.ts";
import type { Requirement } from "../message/intent.ts";
import type { Attribute } from "../message/offer.ts";

/** What can be known of an item: its attributes, and its brand, which is one where no attribute of that name is. */
export type Described = { readonly attributes?: readonly Attribute[]; readonly brand?: string };

/** The attribute of this name that is stated of an item: of several, the first. */
export const statedAttribute = ({ attributes, brand }: Described, name: string): Attribute | undefined =>
  attributes?.find(({ attribute }) => attribute === name) ??
  (name === "brand" && brand !== undefined ? { attribute: name, value: brand } : undefined);

/**
 * Whether the requirement holds of the item. An attribute that is not stated satisfies nothing, `ne` included; no unit
 * is converted, and a number without one counts pieces (C62).
 */
export function satisfies(requirement: Requirement, item: Described): boolean {
  const { operator, value, scale } = requirement;
  const stated = statedAttribute(item, requirement.attribute);
  if (stated === undefined || !isInUnit(stated, requirement)) return false;
  const values: readonly Scalar[] = Array.isArray(value) ? value : [value];
  return values.some((one) =>
    compares(stated, operator, { value: one, ...(scale !== undefined && { scale }) }),
  );
}

type Scalar = number | string | boolean;
type Scaled = { readonly value: Scalar; readonly scale?: number };

const pieces = "C62";
const isInUnit = (stated: Attribute, { unit }: Requirement): boolean =>
  typeof stated.value !== "number" || (stated.unit ?? pieces) === (unit ?? pieces);

function compares(stated: Scaled, operator: Requirement["operator"], wanted: Scaled): boolean {
  switch (operator) {
    case "eq":
    case "in":
      return equals(stated, wanted);
    case "ne":
      return !equals(stated, wanted);
    default: {
      const order = difference(stated, wanted);
      if (order === undefined) return false;
      return order === 0n ? operator === "le" || operator === "ge" : order < 0n === operator.startsWith("l");
    }
  }
}

/** Feeds write numbers as texts, and the other way about: a whole number equals the text that it is written as. */
function equals(a: Scaled, b: Scaled): boolean {
  const order = difference(a, b);
  if (order !== undefined) return order === 0n;
  if (typeof a.value === "boolean" || typeof b.value === "boolean") return a.value === b.value;
  return !isScaled(a) && !isScaled(b) && folded(a.value) === folded(b.value);
}

/** A scale beside a text says nothing. */
const isScaled = ({ value, scale }: Scaled): boolean => typeof value === "number" && scale !== undefined;

/** a − b in units of the finer scale; undefined unless both are numbers. */
function difference(
  { value: a, scale: aScale = 0 }: Scaled,
  { value: b, scale: bScale = 0 }: Scaled,
): bigint | undefined {
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  return BigInt(a) * 10n ** BigInt(bScale) - BigInt(b) * 10n ** BigInt(aScale);
}

/** Unicode's own property: what JavaScript trims holds U+FEFF besides. */
const outerSpace = /^\p{White_Space}+|\p{White_Space}+$/gu;

const folded = (value: string | number): string => foldText(String(value)).replaceAll(outerSpace, "");
