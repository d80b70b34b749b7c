/** Numbers as people write them: in digits with either kind of separator, or in English words. */

const small = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
  "eighteen",
  "nineteen",
];
const tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const values = new Map<string, number>([
  ...small.map((word, i) => [word, i] as const),
  ...tens.map((word, i) => [word, 20 + 10 * i] as const),
]);
const scales = new Map([
  ["dozen", 12],
  ["hundred", 100],
  ["thousand", 1000],
]);

const word = `(?:${[...values.keys(), ...scales.keys()].join("|")})`;

/** Matches a number in digits: `1200`, `1,200.50`, `1.200,50`, `1 200`. */
export const digitsPattern = "\\d{1,3}(?:[,.\\u00a0 ]\\d{3})+(?:[.,]\\d{1,4})?(?!\\d)|\\d+(?:[.,]\\d+)?";
/** Matches a number in words: `two`, `twenty-five`, `two hundred and fifty`. */
export const wordsPattern = `${word}(?:(?:\\s+and\\s+|\\s+|-)${word})*(?!\\p{L})`;
export const numberPattern = `(?:${digitsPattern}|${wordsPattern})`;

/**
 * The number as a plain decimal such as `1200.50`, or undefined where it is none. A single separator before exactly
 * three digits groups thousands, unless `decimals` (of a currency, say) are three or more.
 */
export function plainNumber(text: string, decimals = 2): string | undefined {
  if (!/^\d/.test(text)) return wordsToNumber(text);
  const marks = text.replace(/\d/g, "");
  const last = marks.at(-1);
  if (last === undefined) return text;
  const [after = ""] = text.split(last).slice(-1);
  const repeated = marks.split(last).length > 2;
  const isPoint =
    (last === "." || last === ",") && !repeated && (after.length !== 3 || decimals >= 3 || marks.length > 1);
  if (!isPoint) return text.replace(/\D/g, "");
  return `${text.slice(0, text.lastIndexOf(last)).replace(/\D/g, "")}.${after}`;
}

function wordsToNumber(text: string): string | undefined {
  let total = 0;
  let group = 0;
  for (const part of text.toLowerCase().split(/[\s-]+/)) {
    const value = values.get(part);
    const scale = scales.get(part);
    if (value !== undefined) group += value;
    else if (scale === 1000) {
      total += Math.max(group, 1) * 1000;
      group = 0;
    } else if (scale !== undefined) group = Math.max(group, 1) * scale;
    else if (part !== "and") return undefined;
  }
  return String(total + group);
}
