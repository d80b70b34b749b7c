/** Why an item is not as a buyer requires it to be; whether it is, the protocol says. */
import { type Requirement, satisfies, statedAttribute } from "@intentcast/protocol";
import type { Attribute, Item } from "./catalogue.ts";

/** What the item is instead, or undefined where it meets the requirement. */
export function shortcoming(item: Item, requirement: Requirement): string | undefined {
  if (satisfies(requirement, item)) return undefined;
  const stated = statedAttribute(item, requirement.attribute);
  return stated === undefined
    ? `${requirement.attribute} is not known`
    : `${requirement.attribute} is ${shown(stated)}`;
}

const shown = ({ value, scale, unit }: Attribute): string =>
  `${value}${scale === undefined ? "" : `e-${scale}`}${unit === undefined ? "" : ` ${unit}`}`;
