/** Rules that one message can break on its own, beyond the shape of its fields. Each returns the first breach. */
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import type { Period } from "./field.ts";

export type Verdict = Result<void, Reject>;
export const fine: Verdict = ok(undefined);

/** The first verdict that is a refusal, or that all is fine. */
export const firstBreach = (...verdicts: readonly Verdict[]): Verdict =>
  verdicts.find((verdict) => !verdict.ok) ?? fine;

/** The first verdict on an item that is a refusal, or that all is fine. */
export function each<T>(items: readonly T[] | undefined, rule: (item: T) => Verdict): Verdict {
  for (const item of items ?? []) {
    const verdict = rule(item);
    if (!verdict.ok) return verdict;
  }
  return fine;
}

export const lifetimeIsPositive = ({ issued, expires }: { issued: number; expires: number }): Verdict =>
  expires > issued ? fine : reject("lifetime-negative", `issued ${issued}, expires ${expires}`);

export const periodIsOrdered = (period: Period | undefined, field: string): Verdict =>
  period?.from !== undefined && period.until !== undefined && period.until < period.from
    ? reject("time-order", field)
    : fine;

/** Lists are short: to look through one costs less than to make a set of it. */
export const hasNoDuplicates = (items: readonly string[] | undefined, field: string): Verdict =>
  items?.some((item, i) => items.indexOf(item) !== i) ? reject("list-duplicate", field) : fine;

/** GS1 General Specifications §7.9: weights 3 and 1 from the right, the sum a multiple of ten. */
export function gtinIsValid(gtin: string | undefined): Verdict {
  if (gtin === undefined) return fine;
  const sum = [...gtin]
    .reverse()
    .reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0 ? fine : reject("gtin-check-digit", gtin);
}
