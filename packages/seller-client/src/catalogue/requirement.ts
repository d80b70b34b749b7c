/** Whether an item is as a buyer requires it to be, attribute by attribute. */
import type { Requirement } from "@intentcast/protocol";
import type { Attribute, Item } from "./catalogue.ts";

type Scalar = string | number | boolean;

/** Why the item does not meet the requirement, or undefined where it does. What is not known is not met. */
export function shortcoming(item: Item, requirement: Requirement): string | undefined {
  const { attribute, operator, unit } = requirement;
  const known = attributeOf(item, attribute);
  if (known === undefined) return `${attribute} is not known`;
  if (typeof known.value === "number" && unitOf(known.unit) !== unitOf(unit)) {
    return `${attribute} is in ${known.unit ?? "no unit"}, required in ${unit ?? "no unit"}`;
  }
  const values = Array.isArray(requirement.value) ? requirement.value : [requirement.value];
  const holds = values.some((value) => compares(known, operator, value, requirement.scale));
  return holds ? undefined : `${attribute} is ${shown(known)}`;
}

/** A count is in pieces (C62), whether it says so or not. */
const unitOf = (unit: string | undefined): string => unit ?? "C62";

/** A brand that has a field of its own is an attribute like any other. */
function attributeOf(item: Item, name: string): Attribute | undefined {
  const own = item.attributes?.find(({ attribute }) => attribute === name);
  if (own !== undefined || name !== "brand" || item.brand === undefined) return own;
  return { attribute: name, value: item.brand };
}

function compares(
  known: Attribute,
  operator: Requirement["operator"],
  value: Scalar,
  scale: number | undefined,
): boolean {
  switch (operator) {
    case "eq":
    case "in":
      return equals(known, value, scale);
    case "ne":
      return !equals(known, value, scale);
    case "lt":
    case "le":
    case "gt":
    case "ge": {
      if (typeof known.value !== "number" || typeof value !== "number") return false;
      const order = compareScaled(known.value, known.scale, value, scale);
      return operator === "lt"
        ? order < 0
        : operator === "le"
          ? order <= 0
          : operator === "gt"
            ? order > 0
            : order >= 0;
    }
  }
}

/** Feeds write numbers as texts and the other way about, so a number equals the text that it is written as. */
function equals(known: Attribute, value: Scalar, scale: number | undefined): boolean {
  if (typeof known.value === "number" && typeof value === "number") {
    return compareScaled(known.value, known.scale, value, scale) === 0;
  }
  if (typeof known.value === "boolean" || typeof value === "boolean") return known.value === value;
  if (known.scale !== undefined || scale !== undefined) return false;
  return folded(known.value) === folded(value);
}

const folded = (value: string | number): string => String(value).normalize("NFKC").trim().toLowerCase();

/** a × 10^−aScale against b × 10^−bScale, exactly: negative, zero or positive. */
function compareScaled(a: number, aScale = 0, b: number, bScale = 0): number {
  const difference = BigInt(a) * 10n ** BigInt(bScale) - BigInt(b) * 10n ** BigInt(aScale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const shown = ({ value, scale, unit }: Attribute): string =>
  `${value}${scale === undefined ? "" : `e-${scale}`}${unit === undefined ? "" : ` ${unit}`}`;
