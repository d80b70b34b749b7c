/** A plain JSON list of items: the form for shops that have no export, and for programs. */
import { parseAmount } from "@intentcast/protocol";
import * as z from "zod/mini";
import { scaled } from "./attribute.ts";
import type { Draft } from "./draft.ts";
import type { Format } from "./feed.ts";
import { readMoment } from "./moment.ts";
import type { Problem } from "./problem.ts";

const decimal = z.union([z.string(), z.number()]);
const number = z.union([z.string().check(z.regex(/^-?\d+(\.\d+)?$/, "a decimal number")), z.number()]);
const measure = z.strictObject({ value: number, unit: z.exactOptional(z.string()) });

/**
 * One item as it is written in the list. `price` is a decimal in major units ("249.00" or 249); an attribute is a
 * text, a number, true or false, or a number with its UN/CEFACT Rec 20 unit: `{"value": 12.5, "unit": "KGM"}`.
 * All else is as in a catalogue's Item. `sku`, `name` and `price` must be there.
 */
const written = z.strictObject({
  sku: z.string(),
  name: z.string(),
  price: decimal,
  currency: z.exactOptional(z.string()),
  description: z.exactOptional(z.string()),
  brand: z.exactOptional(z.string()),
  category: z.exactOptional(z.string()),
  gtin: z.exactOptional(z.string()),
  mpn: z.exactOptional(z.string()),
  condition: z.exactOptional(z.string()),
  available: z.exactOptional(z.number()),
  attributes: z.exactOptional(z.record(z.string(), z.union([decimal, z.boolean(), measure]))),
  words: z.exactOptional(z.array(z.string())),
  url: z.exactOptional(z.string()),
  group: z.exactOptional(z.string()),
  sharedStock: z.exactOptional(z.string()),
});
type Written = z.infer<typeof written>;

/** The list alone, or in an object that names its currency and when it was counted. */
const document = z.union([
  z.array(z.unknown()),
  z.strictObject({
    currency: z.exactOptional(z.string()),
    countedAt: z.exactOptional(z.string()),
    items: z.array(z.unknown()),
  }),
]);

export const json: Format = {
  recognises: (text) => /^\s*[[{]/.test(text),

  read(text, { currency }) {
    const problems: Problem[] = [];
    const parsed = z.safeParse(document, parseJson(text));
    if (!parsed.success) {
      return { drafts: [], problems: [{ row: 0, reason: "not a JSON list of items" }] };
    }
    const {
      items: list,
      currency: stated,
      countedAt: counted,
    } = Array.isArray(parsed.data) ? { items: parsed.data } : parsed.data;
    const countedAt = counted === undefined ? undefined : readMoment(counted)?.from;
    if (counted !== undefined && countedAt === undefined)
      problems.push({ row: 0, column: "countedAt", reason: `left out: not a time: ${counted}` });
    const drafts: Draft[] = [];
    for (const [index, value] of list.entries()) {
      const row = index + 1;
      const one = z.safeParse(written, value);
      if (!one.success) {
        const issue = one.error.issues[0];
        problems.push({ row, column: issue?.path.join(".") ?? "", reason: issue?.message ?? "invalid" });
        continue;
      }
      const draft = draftOf(one.data, currency, stated);
      if ("reason" in draft) problems.push({ row, ...draft });
      else drafts.push({ row, item: draft });
    }
    return { drafts, problems, ...(countedAt !== undefined && { countedAt }) };
  },
};

/** Escapes such as "\ud800" alone are no characters, and could not stand in an offer. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) => (typeof value === "string" ? value.toWellFormed() : value));
  } catch {
    return undefined;
  }
}

function draftOf(
  { price, currency: own, attributes, ...rest }: Written,
  currency: string,
  stated: string | undefined,
): Draft["item"] | { column: string; reason: string } {
  const priced = own ?? stated ?? currency;
  if (priced !== currency)
    return { column: "currency", reason: `${priced}, and the shop sells in ${currency}` };
  const amount = parseAmount(String(price), currency);
  if (amount === undefined) return { column: "price", reason: `not an amount of ${currency}: ${price}` };
  if (attributes === undefined) return { ...rest, price: amount };
  const read = Object.entries(attributes).map(([name, value]) => ({ attribute: name, ...readValue(value) }));
  return { ...rest, price: amount, ...(read.length > 0 && { attributes: read }) };
}

/** A text stands as it is; a number becomes an integer and the power of ten that it is scaled by. */
function readValue(value: NonNullable<Written["attributes"]>[string]) {
  if (typeof value === "number") return scaled(String(value)) ?? { value };
  if (typeof value !== "object") return { value };
  const number = scaled(String(value.value)) ?? { value: value.value };
  return { ...number, ...(value.unit !== undefined && { unit: value.unit }) };
}
