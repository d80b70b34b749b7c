/** Whether what a seller says of an item satisfies one requirement of the buyer's. */
import type { Body } from "@intentcast/protocol";

type OfferedLine = Body<"offer">["lines"][number];
type Requirement = NonNullable<Body<"intent">["want"][number]["requirements"]>[number];
type Scalar = number | string | boolean;

/**
 * An attribute that the offer does not state satisfies nothing, and no units are converted: what a buyer wishes
 * for has to be said in the words of the wish.
 */
export function satisfies(requirement: Requirement, line: OfferedLine): boolean {
  const { value, operator, scale = 0, unit } = requirement;
  return (line.attributes ?? []).some((stated) => {
    if (stated.attribute !== requirement.attribute || stated.unit !== unit) return false;
    const compare = (wanted: Scalar) => compareScaled(stated.value, stated.scale ?? 0, wanted, scale);
    if (operator === "in") return Array.isArray(value) && value.some((one) => compare(one) === 0);
    return !Array.isArray(value) && holds[operator](compare(value));
  });
}

const holds: Record<Exclude<Requirement["operator"], "in">, (order: number | undefined) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== undefined && order !== 0,
  lt: (order) => order !== undefined && order < 0,
  le: (order) => order !== undefined && order <= 0,
  gt: (order) => order !== undefined && order > 0,
  ge: (order) => order !== undefined && order >= 0,
};

/** Negative, zero or positive; undefined for values of different types. Integers are value × 10^−scale. */
function compareScaled(a: Scalar, aScale: number, b: Scalar, bScale: number): number | undefined {
  if (typeof a !== typeof b) return undefined;
  if (typeof a === "number" && typeof b === "number") {
    const difference = BigInt(a) * 10n ** BigInt(bScale) - BigInt(b) * 10n ** BigInt(aScale);
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  }
  if (typeof a === "string" && typeof b === "string") {
    const [one, other] = [a.toLowerCase(), b.toLowerCase()];
    return one === other ? 0 : one < other ? -1 : 1;
  }
  return a === b ? 0 : 1;
}
