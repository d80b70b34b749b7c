/** Money as people write it, and as messages carry it: an integer of minor units beside an ISO 4217 code. */

/**
 * ISO 4217's currencies whose minor unit is not a hundredth (list one, table A.1). The platform's Intl follows CLDR,
 * which says otherwise for a dozen of them, and not the same in every release.
 */
const unusualDigits: Readonly<Record<string, number>> = {
  ...digitsOf("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
  ...digitsOf("BHD IQD JOD KWD LYD OMR TND", 3),
  ...digitsOf("CLF UYW", 4),
};

function digitsOf(currencies: string, digits: number): Record<string, number> {
  return Object.fromEntries(currencies.split(" ").map((currency) => [currency, digits]));
}

/** How many digits stand after the point: 2 for USD, 0 for JPY, 3 for KWD. 2 for a code that nobody knows. */
export const minorDigits = (currency: string): number =>
  Object.hasOwn(unusualDigits, currency) ? (unusualDigits[currency] as number) : 2;

/** Minor units as a plain decimal: 25000 USD is "250.00". */
export function formatAmount(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  const padded = String(Math.abs(amount)).padStart(digits + 1, "0");
  const whole = padded.slice(0, padded.length - digits);
  const sign = amount < 0 ? "-" : "";
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${padded.slice(-digits)}`;
}

/** "250.00 USD". */
export const formatMoney = (amount: number, currency: string): string =>
  `${formatAmount(amount, currency)} ${currency}`;

/**
 * Minor units of a plain decimal such as "250", "250.5" or "250.50", exactly; undefined where the text is none, has
 * more digits than the currency, or is too large to be safe.
 */
export function parseAmount(text: string, currency: string): number | undefined {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const digits = minorDigits(currency);
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  if (fraction.length > digits) return undefined;
  const amount = Number(`${match[1]}${fraction.padEnd(digits, "0")}`);
  return Number.isSafeInteger(amount) ? amount : undefined;
}
