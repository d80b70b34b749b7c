/** Reads what the buyer would pay: `up to 250 USD`, `under €40`, `between 40 and 80 euros`, `exactly $99`. */
import { formatMoney, minorDigits, parseAmount } from "@intentcast/protocol";
import { numberPattern, plainNumber } from "./number.ts";
import type { Finding, Groups, Reader, Setting } from "./reader.ts";

const symbols = new Map([
  ["us$", "USD"],
  ["a$", "AUD"],
  ["au$", "AUD"],
  ["c$", "CAD"],
  ["ca$", "CAD"],
  ["nz$", "NZD"],
  ["s$", "SGD"],
  ["hk$", "HKD"],
  ["$", "USD"],
  ["€", "EUR"],
  ["£", "GBP"],
  ["¥", "JPY"],
  ["₹", "INR"],
  ["₩", "KRW"],
  ["₺", "TRY"],
  ["₴", "UAH"],
  ["₪", "ILS"],
  ["฿", "THB"],
  ["₫", "VND"],
]);
const words = new Map([
  ["dollar", "USD"],
  ["buck", "USD"],
  ["euro", "EUR"],
  ["pound", "GBP"],
  ["quid", "GBP"],
  ["yen", "JPY"],
  ["rupee", "INR"],
  ["franc", "CHF"],
]);
const dollars = new Set(["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "BBD", "JMD", "TTD"]);
/** Codes that people also write in small letters and that are no English words. */
const common = new Set("USD EUR GBP JPY CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF CNY INR BRL MXN".split(" "));
const codes = new Set(Intl.supportedValuesOf("currency"));

const either = (names: Iterable<string>) => [...names].map((name) => name.replace(/[$]/g, "\\$")).join("|");
const code = `(?:${either(codes)})(?!\\p{L})`;
const before = `(?:${either(symbols.keys())}|${code})`;
const after = `(?:${either(symbols.keys())}|(?:${either(words.keys())})s?(?!\\p{L})|${code})`;
/** An amount with its currency on either side, or on none. */
const money = (name: string) =>
  `(?:(?<${name}Before>${before})\\s?(?<${name}Behind>${numberPattern})|(?<${name}>${numberPattern})(?:\\s?(?<${name}After>${after}))?)`;

const most =
  "(?:(?:for|at|is|i(?:'ll|\\s+will|\\s+can)?\\s+pay)\\s+)?(?:up\\s+to|at\\s+most|no\\s+more\\s+than|not\\s+more\\s+than|not\\s+over|max(?:imum|\\.)?(?:\\s+of)?|under|below|less\\s+than|cheaper\\s+than|budget(?:\\s+of|\\s+is)?:?|price:?|within|<=?|≤)|for|at";
const pay = "(?:i(?:'ll|\\s+will|\\s+can)?\\s+pay|paying)";
const exactly = `(?:${pay}\\s+|for\\s+)?exactly|(?:for\\s+a\\s+)?firm(?:\\s+price)?(?:\\s+of)?|${pay}`;
const each =
  "(?:\\s+(?:max(?:imum)?|tops|at\\s+most|or\\s+less))?(?:\\s+(?<each>each|apiece|per\\s+(?:piece|item|unit)|a\\s+piece))?";
const start = "(?<![\\p{L}\\d])";

export const priceReaders: readonly Reader[] = [
  {
    pattern: new RegExp(
      `${start}between\\s+${money("least")}\\s+and\\s+${money("most")}${each}(?![\\p{L}\\d])`,
      "giu",
    ),
    read: readRange,
  },
  {
    pattern: new RegExp(
      `${start}(?:(?:from|for)\\s+)?${money("least")}\\s*(?:to|-|–)\\s*${money("most")}${each}(?![\\p{L}\\d])`,
      "giu",
    ),
    read: readRange,
  },
  {
    pattern: new RegExp(`${start}(?<form>${exactly})\\s+${money("sum")}${each}(?![\\p{L}\\d])`, "giu"),
    read: (groups, setting) => readPrice(groups, setting, "firm"),
  },
  {
    pattern: new RegExp(`${start}(?:(?<form>${most})\\s*)?${money("sum")}${each}(?![\\p{L}\\d])`, "giu"),
    read: (groups, setting) => readPrice(groups, setting, "max"),
  },
];

/** Phrases after which a number is a price even if it names no currency. `for`, `at` and `within` are not among them. */
const speaksOfPrice =
  /up\s+to|most|more\s+than|max|under|below|less|cheaper|budget|price|over|<|≤|exactly|firm|pay/i;

/** Of a range, the upper end is what the buyer would pay at most. */
function readRange(groups: Groups, setting: Setting): Finding | undefined {
  const currency = currencyOf(groups, "most", setting) ?? currencyOf(groups, "least", setting);
  return currency === undefined ? undefined : priceOf(groups, "most", currency, "max");
}

function readPrice(groups: Groups, setting: Setting, form: "max" | "firm"): Finding | undefined {
  const currency = currencyOf(groups, "sum", setting);
  if (currency !== undefined) return priceOf(groups, "sum", currency, form);
  const named = groups["sumAfter"] ?? groups["sumBefore"];
  if (named !== undefined || !speaksOfPrice.test(groups["form"] ?? "")) return undefined;
  return setting.currency === undefined
    ? { advice: `say in which currency: ${groups["sum"]} USD, for instance` }
    : priceOf(groups, "sum", setting.currency, form);
}

function currencyOf(groups: Groups, name: string, setting: Setting): string | undefined {
  const text = groups[`${name}Before`] ?? groups[`${name}After`];
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  const named = symbols.get(lower) ?? words.get(lower.replace(/s$/, ""));
  if (named !== undefined) {
    const isBareDollar = named === "USD" && lower !== "us$";
    return isBareDollar && dollars.has(setting.currency ?? "") ? setting.currency : named;
  }
  const code = text.toUpperCase();
  return codes.has(code) && (text === code || common.has(code)) ? code : undefined;
}

function priceOf(groups: Groups, name: string, currency: string, form: "max" | "firm"): Finding {
  const plain = plainNumber((groups[name] ?? groups[`${name}Behind`]) as string, minorDigits(currency));
  const amount = plain === undefined ? undefined : parseAmount(plain, currency);
  if (amount === undefined) return { advice: `not an amount that can be paid in ${currency}` };
  const isEach = groups["each"] !== undefined;
  const sum = formatMoney(amount, currency);
  return {
    field: "price",
    value: `${form === "max" ? "at most" : "exactly"} ${sum}${isEach ? " each" : ""}`,
    parts: { price: { currency, form, amount, each: isEach } },
  };
}
