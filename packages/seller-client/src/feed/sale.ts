/** Which of two prices a buyer pays now: the regular one, or that of a sale. */
import type { UnixSeconds } from "@intentcast/protocol";
import { formatMoney } from "@intentcast/protocol";
import { holds, readMoment, type Span } from "./moment.ts";
import { readPrice } from "./price.ts";
import type { Say } from "./problem.ts";

/** A text of the feed and the column it stands in. */
export type Cell = { readonly column: string; readonly text: string | undefined };

export type SaleTerms = {
  readonly regular: number;
  readonly price: Cell;
  readonly from: Cell;
  readonly until: Cell;
};

/**
 * The regular price, unless a lower one holds now. Where nobody says what time it is, a sale that has dates does not
 * count; one whose dates cannot be read never does.
 */
export function priceNow(
  { regular, price, from, until }: SaleTerms,
  { currency, now }: { currency: string; now?: UnixSeconds },
  say: Say,
): number {
  if (price.text === undefined) return regular;
  const leaveOut: Say = (column, reason) => say(column, `left out: ${reason}`);
  const sale = readPrice(price.text, currency, price.column, leaveOut);
  const span = readSpan(from, until, leaveOut);
  if (sale === undefined || span === undefined) return regular;
  if (sale > regular) {
    leaveOut(price.column, `above the regular price of ${formatMoney(regular, currency)}`);
    return regular;
  }
  return holds(span, now) ? sale : regular;
}

function readSpan(from: Cell, until: Cell, say: Say): Span | undefined {
  const read = ({ column, text }: Cell): Span | undefined =>
    text === undefined ? {} : (readMoment(text) ?? say(column, `not a date: ${text}`));
  const [start, end] = [read(from), read(until)];
  return start === undefined || end === undefined ? undefined : { from: start.from, until: end.until };
}
