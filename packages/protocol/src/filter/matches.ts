/** Whether a filter describes a message: the meaning of filters, slow and obvious. Indexes are tested against it. */
import { equalBytes } from "../bytes.ts";
import type { Price, Requirement } from "../message/intent.ts";
import type { Message } from "../message/message.ts";
import type { Filter } from "./filter.ts";
import { contains } from "./path.ts";
import { everyWordOf, foldText } from "./words.ts";

/**
 * Every field that the filter has must hold, and a field that does not apply to a message's kind does not hold. A sealed
 * message is given only to a filter that names its mailbox (spec/07-filters). Reads no clock: the answer never changes.
 */
export const matches = (filter: Filter, message: Message): boolean =>
  (message.kind !== "sealed" || filter.mailboxes !== undefined) &&
  holds(filter.kinds, (kinds) => kinds.includes(message.kind)) &&
  holds(filter.authors, (authors) => isByOneOf(authors, message)) &&
  holds(filter.mailboxes, (mailboxes) => isForOneOf(mailboxes, message)) &&
  holds(filter.categories, (paths) => liesUnderOneOf(paths, categoriesOf(message))) &&
  holds(filter.places, (paths) => liesUnderOneOf(paths, placesOf(message))) &&
  holds(filter.prices, (prices) => prices.some((price) => canReach(price, message))) &&
  holds(filter.attributes, (attributes) => attributes.every((one) => demands(one, message))) &&
  holds(filter.words, (words) => says(words, message)) &&
  holds(filter.terms, (terms) => requiresOnly(terms, message)) &&
  holds(filter.issued, (period) => isIssuedIn(period, message));

const holds = <T>(field: T | undefined, test: (field: T) => boolean): boolean =>
  field === undefined || test(field);

const includes = (list: readonly Uint8Array[], bytes: Uint8Array): boolean =>
  list.some((one) => equalBytes(one, bytes));

const isByOneOf = (authors: readonly Uint8Array[], message: Message): boolean =>
  message.kind !== "sealed" && includes(authors, message.author);

const isForOneOf = (mailboxes: readonly Uint8Array[], message: Message): boolean =>
  message.kind === "sealed" && includes(mailboxes, message.to);

/** The categories that a message is about: an intent's lines', a profile's own. */
export function categoriesOf(message: Message): readonly string[] {
  if (message.kind === "intent") return message.body.want.map((line) => line.category);
  return message.kind === "profile" ? (message.body.categories ?? []) : [];
}

/** The places that a message is about: where an intent wants something, the areas that a profile serves. */
export function placesOf(message: Message): readonly string[] {
  if (message.kind === "intent") return message.body.where ?? [];
  return message.kind === "profile" ? (message.body.areas ?? []) : [];
}

const liesUnderOneOf = (ancestors: readonly string[], paths: readonly string[]): boolean =>
  paths.some((path) => ancestors.some((ancestor) => contains(ancestor, path)));

/** The most that an intent's price allows at any time, in minor units. */
export const mostOf = ({ max, firm, curve }: Price): number =>
  max ?? firm ?? Math.max(...(curve ?? []).map((point) => point.price));

function canReach(wanted: { currency: string; least: number }, message: Message): boolean {
  if (message.kind !== "intent") return false;
  const { price } = message.body;
  return price === undefined || (price.currency === wanted.currency && mostOf(price) >= wanted.least);
}

type Scalar = number | string | boolean;

/**
 * The values of which a requirement demands one; none unless it demands equality. An integer is brought to scale 0,
 * and is left out where that leaves a fraction, which no filter can name.
 */
export function demandedValues({ operator, value, scale = 0 }: Requirement): readonly Scalar[] {
  if (operator !== "eq" && operator !== "in") return [];
  const values: readonly Scalar[] = Array.isArray(value) ? value : [value];
  if (scale === 0) return values;
  const ten = 10 ** scale;
  return values
    .filter((one) => typeof one !== "number" || one % ten === 0)
    .map((one) => (typeof one === "number" ? one / ten : one));
}

type Demand = { readonly attribute: string; readonly values: readonly Scalar[] };

/** What an intent demands of attributes: for each requirement the values of which it wants one. */
export function demandsOf(message: Message): readonly Demand[] {
  const demands: Demand[] = [];
  if (message.kind !== "intent") return demands;
  for (const { requirements = [] } of message.body.want) {
    for (const one of requirements) demands.push({ attribute: one.attribute, values: demandedValues(one) });
  }
  return demands;
}

const demands = (wanted: { attribute: string; values: readonly Scalar[] }, message: Message): boolean =>
  demandsOf(message).some(
    ({ attribute, values }) =>
      attribute === wanted.attribute && values.some((value) => wanted.values.includes(value)),
  );

/** The texts whose words filters look for. Notes are not among them: they are for people, and may say "not leather". */
function textsOf(message: Message): readonly string[] {
  if (message.kind === "profile") return [message.body.name, message.body.description ?? ""];
  const texts: string[] = [];
  if (message.kind !== "intent") return texts;
  for (const { name, requirements = [] } of message.body.want) {
    if (name !== undefined) texts.push(name);
    for (const { value } of requirements) {
      if (typeof value === "string") texts.push(value);
      else if (Array.isArray(value)) for (const one of value) if (typeof one === "string") texts.push(one);
    }
  }
  return texts;
}

/** The words that a message can be found by, folded, as often as it says them. */
export function wordsIn(message: Message): readonly string[] {
  const words: string[] = [];
  for (const text of textsOf(message)) for (const word of everyWordOf(text)) words.push(word);
  return words;
}

function says({ all = [], any }: NonNullable<Filter["words"]>, message: Message): boolean {
  if (message.kind !== "intent" && message.kind !== "profile") return false;
  const words = wordsIn(message);
  const isSaid = (word: string) => words.includes(foldText(word));
  return all.every(isSaid) && (any === undefined || any.some(isSaid));
}

const requiresOnly = (accepted: readonly Uint8Array[], message: Message): boolean =>
  message.kind === "intent" &&
  (message.body.terms ?? []).every((term) => !term.must || includes(accepted, term.sha256));

function isIssuedIn(
  { from = 0, until = Number.MAX_SAFE_INTEGER }: { from?: number; until?: number },
  message: Message,
) {
  const issued = message.kind === "sealed" ? message.issued : message.body.issued;
  return from <= issued && issued <= until;
}
