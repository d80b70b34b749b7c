/** From a sentence and flags to the draft of an intent. */
import type { Draft } from "@intentcast/buyer-client";
import { readSentence, type Sentence } from "@intentcast/buyer-client/sentence";
import { field, fromHex, parseAmount, type Requirement, type UnixSeconds } from "@intentcast/protocol";
import { usage } from "../failure.ts";
import { parseSpan } from "../show/time.ts";

export const deliveryMethods = field.deliveryMethod.options;
export const conditions = field.condition.options;

export type WishFlags = {
  category?: string;
  where?: string[];
  max?: string;
  quantity?: string;
  within?: string;
  delivery?: Draft["delivery"];
  condition?: Draft["want"][number]["condition"];
  require?: string[];
  prefer?: string[];
  gtin?: string;
  language?: string[];
  substitutes?: true;
  terms?: string[];
  note?: string;
  expires?: string;
};

/** The draft, and what the sentence's reader has to say about the words. A Failure where nothing is wanted. */
export function readWish(
  words: string,
  flags: WishFlags,
  currency: string,
  now: UnixSeconds,
): { draft: Draft; sentence: Sentence } {
  const utcOffsetSeconds = -60 * new Date(now * 1000).getTimezoneOffset();
  const sentence = readSentence(words, { now, currency, utcOffsetSeconds });
  const { draft } = sentence;
  if (draft === undefined) throw usage(sentence.unclear.map(({ advice }) => advice).join("; "));
  const [line] = draft.want;
  if (line === undefined) throw usage("say what you want");
  const { category, quantity, gtin, substitutes, condition } = flags;
  const requirements = [...(flags.require ?? []).map(required), ...(flags.prefer ?? []).map(preferred)];
  return {
    sentence,
    draft: {
      ...draft,
      want: [
        {
          ...line,
          ...(category && { category }),
          ...(quantity && { quantity: { value: wholeNumber(quantity, "quantity"), unit: "C62" } }),
          ...(gtin && { gtin }),
          ...(substitutes && { substitutes }),
          ...(condition && { condition }),
          ...(requirements.length > 0 && { requirements }),
        },
      ],
      ...(flags.where && { where: flags.where.map(placePath) }),
      ...(flags.max && { price: readPrice(flags.max, currency) }),
      ...(flags.within && { when: { ...draft.when, until: now + span(flags.within, "within") } }),
      ...(flags.delivery && { delivery: flags.delivery }),
      ...(flags.language && { languages: flags.language }),
      ...(flags.terms && { terms: flags.terms.map(readTerm) }),
      ...(flags.note && { note: flags.note }),
      ...(flags.expires && { expires: now + span(flags.expires, "expires") }),
    },
  };
}

function wholeNumber(text: string, flag: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage(`--${flag} takes a whole number; got ${text}`);
  return Number(text);
}

export function span(text: string, flag: string): number {
  const seconds = parseSpan(text);
  if (seconds === undefined) throw usage(`--${flag} takes a span such as 90s, 15min, 2h or 3d; got ${text}`);
  return seconds;
}

/** "250" or "250 EUR". */
function readPrice(text: string, currency: string): { currency: string; max: number } {
  const [number = "", code = currency, ...rest] = text.trim().split(/\s+/);
  const max = /^[A-Z]{3}$/.test(code) && rest.length === 0 ? parseAmount(number, code) : undefined;
  if (max === undefined) throw usage(`--max takes a price such as 250 or "250.50 EUR"; got ${text}`);
  return { currency: code, max };
}

/** A path as it stands; "US" and "US-CA" for the country and the part of a country that ISO 3166 calls so. */
export function placePath(text: string): string {
  const region = /^([A-Z]{2})(?:-([A-Z0-9]{1,3}))?$/.exec(text);
  if (region === null) return text;
  return ["iso3166", ...region.slice(1).filter((part) => part !== undefined)].join("/");
}

const operators = { ">=": "ge", "<=": "le", "!=": "ne", ">": "gt", "<": "lt", "=": "eq" } as const;
const requirementForm = /^([a-z][a-z0-9-]*)\s*(>=|<=|!=|>|<|=)\s*(.+)$/;
const measureForm = /^(-?\d+)(?:\.(\d{1,9}))?(?:\s+([A-Z0-9]{2,3}))?$/;

/** "color=green", "seats>=2" or "weight<=12.5 KGM"; several values of an equality are separated by "|". */
function readRequirement(text: string): Omit<Requirement, "must" | "weight"> {
  const match = requirementForm.exec(text);
  if (match === null) throw usage(`a requirement reads like color=green or "weight<=12.5 KGM"; got ${text}`);
  const [, attribute = "", sign, value = ""] = match;
  const operator = operators[sign as keyof typeof operators];
  if (operator === "eq" && value.includes("|")) {
    return { attribute, operator: "in", value: value.split("|").map((one) => one.trim()) };
  }
  const measure = measureForm.exec(value);
  if (measure === null) return { attribute, operator, value };
  const [, whole = "", fraction = "", unit] = measure;
  return {
    attribute,
    operator,
    value: Number(`${whole}${fraction}`),
    ...(fraction !== "" && { scale: fraction.length }),
    ...(unit !== undefined && { unit }),
  };
}

const required = (text: string): Requirement => ({ ...readRequirement(text), must: true });

/** As a requirement, with a weight of 1 to 100 after "@": "color=green@80". */
function preferred(text: string): Requirement {
  const [requirement = "", weight = "50"] = text.split("@");
  return { ...readRequirement(requirement), weight: wholeNumber(weight, "prefer") };
}

/** "<iri>#sha256=<hex>": terms that every offer must accept. */
function readTerm(text: string): NonNullable<Draft["terms"]>[number] {
  const match = /^(.+)#sha256=([0-9a-f]{64})$/.exec(text);
  if (match === null) throw usage(`--terms takes <iri>#sha256=<64 hex digits>; got ${text}`);
  const [, iri = "", hex = ""] = match;
  return { iri, sha256: fromHex(hex), must: true };
}
