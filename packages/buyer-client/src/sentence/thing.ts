/** Reads the thing itself and how much of it: `3 clay pots`, `a dozen eggs`, `1.5 kg of coffee`. */
import type { Body } from "@intentcast/protocol";
import { numberPattern, plainNumber } from "./number.ts";

type Quantity = Body<"intent">["want"][number]["quantity"];

/** UN/CEFACT Recommendation 20. */
const units: readonly (readonly [phrase: string, code: string])[] = [
  ["pairs?\\s+of", "PR"],
  ["kg|kilos?|kilograms?", "KGM"],
  ["g|grams?", "GRM"],
  ["l|lit(?:er|re)s?", "LTR"],
  ["ml|millilit(?:er|re)s?", "MLT"],
  ["km|kilomet(?:er|re)s?", "KMT"],
  ["m|met(?:er|re)s?", "MTR"],
  ["cm|centimet(?:er|re)s?", "CMT"],
  ["hours?", "HUR"],
  ["days?", "DAY"],
];

const asking =
  /^(?:please\s+)?(?:hi,?\s+|hello,?\s+)?(?:(?:(?:i|we)(?:'m|'re|'d|\s+am|\s+are|\s+would)?\s+)?(?:want(?:ed)?|need(?:ed)?|like|looking|look|searching|search|wish|require)(?:\s+(?:for|to\s+(?:buy|get|find|have|order|rent|hire)))?|get\s+me|find\s+me|buy(?:ing)?|wtb)\s*:?\s+/iu;
const counted = new RegExp(
  `^(?:(?<count>${numberPattern})(?:\\s*[x×])?|(?<one>an?|the|some|my|another))\\s+(?<rest>\\S.*)$`,
  "isu",
);
const measured = new RegExp(
  `^(?:(?<count>${numberPattern})|(?<one>an?))\\s*(?:${units.map(([phrase], i) => `(?<u${i}>${phrase})`).join("|")})(?:\\s+of)?\\s+(?<rest>\\S.*)$`,
  "isu",
);
/** After these a number belongs to the name: a 4 person tent, 27 inch monitor. */
const ofName =
  /^(?:(?:person|people|man|men|seat|seater|inch|inches|in|door|way|piece|burner|speed|bit|gb|tb|mb|mm|hp|watt|w|volt|v|mhz|ghz|mp|year|month|week|star|ply)(?![\p{L}]))/iu;

/** What a phrase wants: how much of what. `opens` tells that it begins as a wish does. */
export type Thing = { readonly name: string; readonly quantity: Quantity; readonly opens: boolean };

const onePiece: Quantity = { value: 1, unit: "C62" };

/** Undefined where nothing is left to name the thing by. */
export function readThing(phrase: string): Thing | undefined {
  const asked = phrase.replace(asking, "").trim();
  const opensWithWish = asked !== phrase.trim();
  const measure = measured.exec(asked)?.groups;
  if (measure !== undefined) {
    const unit = units[units.findIndex((_, i) => measure[`u${i}`] !== undefined)]?.[1] as string;
    const quantity = quantityOf(measure["one"] === undefined ? (measure["count"] as string) : "1", unit);
    if (quantity !== undefined) return { name: (measure["rest"] as string).trim(), quantity, opens: true };
  }
  const count = counted.exec(asked)?.groups;
  if (count !== undefined && !ofName.test(count["rest"] as string)) {
    const dozen = count["one"] !== undefined && /^dozen\s+(?:of\s+)?(\S.*)$/is.exec(count["rest"] as string);
    if (dozen)
      return { name: (dozen[1] as string).trim(), quantity: { value: 12, unit: "C62" }, opens: true };
    const quantity = count["one"] === undefined ? quantityOf(count["count"] as string, "C62") : onePiece;
    if (quantity !== undefined) return { name: (count["rest"] as string).trim(), quantity, opens: true };
  }
  return asked === "" ? undefined : { name: asked, quantity: onePiece, opens: opensWithWish };
}

/** value × 10^−scale, so that 1.5 kg is 15 tenths; undefined for none at all, or for a part of a piece. */
function quantityOf(text: string, unit: string): Quantity | undefined {
  const [whole = "", fraction = ""] = (plainNumber(text) ?? "").split(".");
  const digits = fraction.replace(/0+$/, "");
  const value = Number(whole + digits);
  if (whole === "" || value < 1 || !Number.isSafeInteger(value) || digits.length > 9) return undefined;
  if (digits === "") return { value, unit };
  return unit === "C62" ? undefined : { value, scale: digits.length, unit };
}
