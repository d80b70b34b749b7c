/** Turns one sentence of a buyer's into the draft of an intent, and says what it made of which words. */
import { type Body, contains, formatMoney, type UnixSeconds } from "@intentcast/protocol";
import { type Draft, uncategorized } from "../draft.ts";
import { mannerReaders } from "./manner.ts";
import { placeAdvice, placeReaders, unknownPlaceReaders } from "./place.ts";
import { priceReaders } from "./price.ts";
import type { Parts, Setting } from "./reader.ts";
import { readThing } from "./thing.ts";
import { whenReaders } from "./when.ts";

/** Where in the sentence a phrase stands: from the first of these offsets up to the second. */
type Span = readonly [from: number, to: number];

export type Sentence = {
  /** Undefined where the sentence names nothing to want. */
  readonly draft: Draft | undefined;
  /** Which words became which part of the draft, and what was made of them, for people. */
  readonly understood: readonly { span: Span; phrase: string; field: string; value: string }[];
  /** What was left out of the draft, and what the buyer can do about it. */
  readonly unclear: readonly { span: Span; phrase: string; advice: string }[];
};

export type SentenceOptions = {
  readonly now: UnixSeconds;
  /** ISO 4217: the currency of amounts that name none, and of a bare `$` where it is a dollar. */
  readonly currency?: string;
  /** The buyer's distance from UTC in seconds, positive to the east: what "tomorrow" depends on. Default 0. */
  readonly utcOffsetSeconds?: number;
};

/** Characters of the longest sentence read; what lies beyond is reported as unclear. */
const longest = 1000;

/** Order matters: `within 2 days` must be a time before `2 days` can be a quantity. */
const readers = [...whenReaders, ...placeReaders, ...priceReaders, ...mannerReaders, ...unknownPlaceReaders];

/** What has been read is blanked out, so that offsets stay: a break ends a phrase, a gap does not. */
const breakMark = "\u0001";
const gapMark = "\u0002";

/**
 * Reads English such as "A stroller for twins, downtown San Diego, within two hours, up to 250 USD". It guesses
 * nothing: words that it cannot place are in `unclear`, and the category is {@link uncategorized}.
 */
export function readSentence(
  text: string,
  { now, currency, utcOffsetSeconds = 0 }: SentenceOptions,
): Sentence {
  const setting: Setting = { now, currency, utcOffsetSeconds };
  const understood: Sentence["understood"][number][] = [];
  const unclear: Sentence["unclear"][number][] = [];
  const parts: Parts = {};
  let rest = text.slice(0, longest).replace(/\p{Cc}/gu, " ");

  for (const { pattern, read, inside } of readers) {
    for (const { 0: words, index, groups = {} } of rest.matchAll(pattern)) {
      const finding = read(groups, setting, parts);
      if (finding === undefined) continue;
      const end = index + words.length;
      const at = { span: [index, end] as const, phrase: words.trim() };
      if ("advice" in finding) unclear.push({ ...at, advice: finding.advice });
      else if ("price" in finding.parts && parts.price !== undefined) {
        unclear.push({ ...at, advice: "a second price: only the first was taken" });
      } else {
        understood.push({ ...at, field: finding.field, value: finding.value });
        const where = [...(parts.where ?? []), ...(finding.parts.where ?? [])];
        Object.assign(parts, finding.parts, where.length > 0 ? { where } : {});
      }
      rest = rest.slice(0, index) + (inside ? gapMark : breakMark).repeat(words.length) + rest.slice(end);
    }
  }

  const phrases = phrasesOf(rest);
  const things = phrases.map(({ phrase }) => readThing(phrase));
  const chosen = Math.max(
    things.findIndex((thing) => thing?.opens),
    0,
  );
  for (const [i, { span, phrase }] of phrases.entries()) {
    if (i !== chosen) unclear.push({ span, phrase, advice: placeAdvice });
  }
  if (text.length > longest) {
    unclear.push({
      span: [longest, text.length],
      phrase: text.slice(longest),
      advice: `only the first ${longest} characters were read`,
    });
  }

  const thing = things[chosen];
  const from = phrases[chosen];
  const inOrder = { understood, unclear: unclear.sort((a, b) => a.span[0] - b.span[0]) };
  if (thing === undefined || from === undefined || new TextEncoder().encode(thing.name).length > 200) {
    const advice = thing === undefined ? "say what you want" : "name what you want in at most 200 bytes";
    unclear.push({ span: [0, text.length], phrase: text, advice });
    return { draft: undefined, ...inOrder };
  }
  understood.push({ ...from, field: "name", value: thing.name });
  const { value, scale = 0, unit } = thing.quantity;
  if (value > 1 || unit !== "C62") {
    const amount = `${value / 10 ** scale}${unit === "C62" ? "" : ` ${unit}`}`;
    understood.push({ ...from, field: "quantity", value: amount });
  }
  understood.sort((a, b) => a.span[0] - b.span[0]);
  const price = priceOf(parts, thing.quantity.unit === "C62" ? value : 1);
  if (parts.price?.each && price !== undefined && value > 1) {
    const sum = formatMoney(price.max ?? price.firm ?? 0, price.currency);
    understood.push({ ...from, field: "price", value: `${sum} for all ${value}` });
  }
  return { draft: draftOf(parts, thing, price), ...inOrder };
}

/** What nobody has read, phrase by phrase, without the small words that lead to what was read. */
function phrasesOf(rest: string): { span: Span; phrase: string }[] {
  const idle =
    /^(?:\s|\u0002|[-–:]|(?:and|or|with|for|in|at|please|thanks|thank you|delivered|the)(?![\p{L}\d]))+|(?:\s|\u0002|[-–:]|(?<![\p{L}\d])(?:and|or|with|for|in|at|please|thanks|thank you|delivered|the))+$/giu;
  return [...rest.matchAll(/(?:[^\u0001,;.!?]|[.,](?=\S))+/gu)].flatMap((match) => {
    const bare = match[0].replace(idle, "");
    if (!/[\p{L}\d]/u.test(bare)) return [];
    const from = match.index + match[0].indexOf(bare);
    const phrase = bare.replace(/[\s\u0002]+/gu, " ");
    return [{ span: [from, from + bare.length] as const, phrase }];
  });
}

type Price = NonNullable<Body<"intent">["price"]>;

/** An intent's price is for everything wanted, so that a price for each is multiplied. */
function priceOf({ price }: Parts, pieces: number): Price | undefined {
  if (price === undefined) return undefined;
  const amount = price.each ? price.amount * pieces : price.amount;
  return { currency: price.currency, [price.form]: amount };
}

function draftOf(
  { condition, delivery, when, where }: Parts,
  { name, quantity }: NonNullable<ReturnType<typeof readThing>>,
  price: Price | undefined,
): Draft {
  const places = where?.filter(
    (path, i) => where.indexOf(path) === i && !where.some((other) => other !== path && contains(path, other)),
  );
  return {
    want: [{ category: uncategorized, name, quantity, ...(condition === undefined ? {} : { condition }) }],
    ...(places === undefined ? {} : { where: places }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(when === undefined ? {} : { when }),
    ...(price === undefined ? {} : { price }),
  };
}
