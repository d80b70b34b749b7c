/** Prices as people and programs write them: "25.00 USD", "$1,234.56", "1.234,56 €". */
import { minorDigits, parseAmount } from "@intentcast/protocol";
import type { Say } from "./problem.ts";

/**
 * Minor units of the currency, or nothing after saying why: the text is no amount, names another currency, or can be
 * read as two amounts. A price without a currency is in the shop's.
 */
export function readPrice(text: string, currency: string, column: string, say: Say): number | undefined {
  // Nobody writes prices this long, and the bound keeps the expression below from being slow.
  const parts = text.length > 64 ? null : /^(\D*)(\d[\d.,'’\s]*)(\D*)$/u.exec(text);
  const none = `not an amount of ${currency}: ${text.slice(0, 64)}`;
  if (parts === null) return say(column, none);
  const [, before = "", number = "", after = ""] = parts;
  const dashed = /[.,]$/.test(number) && /^[-–—]/.test(after);
  const rest = dashed ? after.slice(1) : after;
  for (const mark of `${before} ${rest}`.split(/\s+/)) {
    if (mark === "" || isMarkOf(mark, currency)) continue;
    return say(column, namesCurrency(mark) ? `${mark}, and the shop sells in ${currency}` : none);
  }
  const plain = plainDecimal(dashed ? number.slice(0, -1) : number, minorDigits(currency));
  if (plain === "ambiguous") {
    return say(column, `${text} can be read as two amounts of ${currency}: write it with all its digits`);
  }
  return (plain === undefined ? undefined : parseAmount(plain, currency)) ?? say(column, none);
}

/** A number of a program's own: a point before the decimals and no other sign. */
export const readNumericPrice = (price: number, currency: string, column: string, say: Say) =>
  parseAmount(String(price), currency) ?? say(column, `not an amount of ${currency}: ${price}`);

const symbolKinds = [
  ["en", "narrowSymbol"],
  ["en", "symbol"],
  ["en-001", "symbol"],
] as const;

/** The currency's code, or a sign that is used for it: "$" stands for the dollars of any country. */
function isMarkOf(mark: string, currency: string): boolean {
  const folded = mark.toUpperCase().replace(/\.$/, "");
  if (folded === currency) return true;
  return symbolKinds.some(([language, currencyDisplay]) => {
    const form = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay });
    return form
      .formatToParts(0)
      .some(({ type, value }) => type === "currency" && value.toUpperCase() === folded);
  });
}

const namesCurrency = (mark: string): boolean => /\p{Sc}/u.test(mark) || /^[A-Z]{3}$/.test(mark);

/**
 * The same number with a point before its decimals and nothing between its groups. One comma before three digits
 * groups them, as no currency of less than three digits has them after it. One point before three digits may be either:
 * programs write decimals without end, and in half of the world people write groups so.
 */
function plainDecimal(number: string, digits: number): string | "ambiguous" | undefined {
  const runs = number.trim().split(/\D/);
  const signs = number.trim().split(/\d+/).slice(1, -1);
  const last = signs.at(-1);
  const tail = runs.at(-1) ?? "";
  if (last === undefined) return number.trim();
  const decimals = last === "." || last === ",";
  const groups = decimals ? runs.slice(0, -1) : runs;
  if (signs.length === 1 && decimals) {
    if (tail.length !== 3 || !areGroups(runs)) return `${runs[0]}.${tail}`;
    if (last === ".") return digits === 3 ? runs.join(".") : "ambiguous";
    return digits === 3 ? "ambiguous" : runs.join("");
  }
  const [first] = signs;
  if (signs.every((sign) => sign === first)) return areGroups(runs) ? runs.join("") : undefined;
  const grouped = decimals && signs.slice(0, -1).every((sign) => sign === first);
  return grouped && areGroups(groups) ? `${groups.join("")}.${tail}` : undefined;
}

/** 1 234 567, and in India 12 34 567. */
function areGroups([first = "", ...others]: readonly string[]): boolean {
  const middle = others.slice(0, -1);
  return (
    /^[1-9]\d{0,2}$/.test(first) &&
    others.at(-1)?.length === 3 &&
    (middle.every(({ length }) => length === 3) ||
      (first.length < 3 && middle.every(({ length }) => length === 2)))
  );
}
