/** `intent`: what a buyer wants, where, when, for how much and on which terms, under a key made for this once. */
import * as z from "zod/mini";
import { toHex } from "../bytes.ts";
import { reject } from "../reject.ts";
import {
  amount,
  condition,
  currency,
  deliveryMethod,
  gtin,
  head,
  id,
  integer,
  iri,
  label,
  language,
  list,
  optional,
  path,
  period,
  prose,
  quantity,
  record,
  reply,
  time,
  token,
  unit,
} from "./field.ts";
import {
  each,
  fine,
  firstBreach,
  gtinIsValid,
  hasNoDuplicates,
  lifetimeIsPositive,
  periodIsOrdered,
  type Verdict,
} from "./rule.ts";

const integerValue = z.int();
const scalar = z.union([integerValue, label(), z.boolean()]);

/**
 * One demand on an attribute: it must hold, or it is preferred with a weight of 1 to 100. An integer value is
 * value × 10^−scale in the unit.
 */
export const requirement = record({
  attribute: token,
  operator: z.enum(["eq", "ne", "lt", "le", "gt", "ge", "in"]),
  value: z.union([scalar, list(z.union([integerValue, label()]), 16)]),
  scale: optional(integer(1, 9)),
  unit: optional(unit),
  must: optional(z.literal(true)),
  weight: optional(integer(1, 100)),
});
export type Requirement = z.infer<typeof requirement>;

export const wantedLine = record({
  category: path,
  gtin: optional(gtin),
  mpn: optional(label(70)),
  name: optional(label()),
  quantity,
  condition: optional(list(condition, 4)),
  requirements: optional(list(requirement, 32)),
  optional: optional(z.literal(true)),
  substitutes: optional(z.literal(true)),
});
export type WantedLine = z.infer<typeof wantedLine>;

export const curvePoint = record({ at: time, price: amount });

/** For everything wanted, landed: at most `max`; or `firm`, which any seller may take; or a curve over time. */
export const price = record({
  currency,
  max: optional(amount),
  firm: optional(amount),
  curve: optional(list(curvePoint, 16)),
});
export type Price = z.infer<typeof price>;

export const term = record({ iri, sha256: id, must: z.boolean() });
export type Term = z.infer<typeof term>;

export const schema = record({
  ...head,
  expires: time,
  want: list(wantedLine, 16),
  where: optional(list(path, 8)),
  delivery: optional(list(deliveryMethod, 6)),
  when: optional(period),
  price: optional(price),
  award: optional(record({ deadline: optional(time), winners: optional(integer(1, 16)) })),
  terms: optional(list(term, 8)),
  /** What the buyer pays whoever brings the deal about, in hundredths of a percent of the total. */
  commission: optional(integer(0, 10_000)),
  languages: optional(list(language, 8)),
  note: optional(prose(500)),
  reply,
});
export type Intent = z.infer<typeof schema>;

const ordering = new Set(["lt", "le", "gt", "ge"]);

function requirementFits({ attribute, operator, value, scale, unit }: Requirement): Verdict {
  const values = Array.isArray(value) ? value : [value];
  const numeric = values.every((one) => typeof one === "number");
  const form =
    Array.isArray(value) !== (operator === "in")
      ? "a list of values goes with the operator in, and with no other"
      : ordering.has(operator) && !numeric
        ? `${operator} compares integers`
        : (scale !== undefined || unit !== undefined) && !numeric
          ? "scale and unit go with integers"
          : undefined;
  return form === undefined ? fine : reject("requirement-form", `${attribute}: ${form}`);
}

const requirementHasOneForce = ({ attribute, must, weight }: Requirement): Verdict =>
  (must === undefined) === (weight === undefined) ? reject("requirement-force", attribute) : fine;

function priceIsOneForm(price: Price | undefined): Verdict {
  if (price === undefined) return fine;
  const { max, firm, curve = [] } = price;
  const forms = Number(max !== undefined) + Number(firm !== undefined) + Number(price.curve !== undefined);
  if (forms !== 1) return reject("price-form");
  return curve.every(({ at }, i) => at > (curve[i - 1]?.at ?? -1)) ? fine : reject("curve-order");
}

const listsAreSets = ({ want, where, delivery, terms, languages }: Intent): Verdict =>
  firstBreach(
    each(want, ({ condition }) => hasNoDuplicates(condition, "condition")),
    hasNoDuplicates(where, "where"),
    hasNoDuplicates(delivery, "delivery"),
    hasNoDuplicates(
      terms?.map((one) => toHex(one.sha256)),
      "terms",
    ),
    hasNoDuplicates(languages, "languages"),
  );

/** In the order of spec/01-overview: of two breaches everyone names the same one. */
export function rules(intent: Intent): Verdict {
  const { want, when, price } = intent;
  return firstBreach(
    lifetimeIsPositive(intent),
    priceIsOneForm(price),
    each(want, ({ requirements }) => each(requirements, requirementFits)),
    each(want, ({ requirements }) => each(requirements, requirementHasOneForce)),
    periodIsOrdered(when, "when"),
    each(want, ({ gtin }) => gtinIsValid(gtin)),
    listsAreSets(intent),
  );
}
