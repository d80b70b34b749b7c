/** `offer`: what a seller binds themself to, line by line, landed, firm until it expires. */
import * as z from "zod/mini";
import { toHex } from "../bytes.ts";
import { reject } from "../reject.ts";
import {
  amount,
  condition,
  currency,
  deliveryMethod,
  gtin,
  id,
  integer,
  label,
  link,
  list,
  optional,
  path,
  prose,
  quantity,
  record,
  reply,
  threadHead,
  time,
  token,
  unit,
} from "./field.ts";
import {
  each,
  fine,
  firstBreach,
  gtinIsValid,
  hasNoDuplicates,
  lifetimeIsPositive,
  type Verdict,
} from "./rule.ts";

/** What an item is like in one respect; an integer is value × 10^−scale in the unit. */
export const attribute = record({
  attribute: token,
  value: z.union([z.int(), label(), z.boolean()]),
  scale: optional(integer(1, 9)),
  unit: optional(unit),
});
export type Attribute = z.infer<typeof attribute>;

export const offeredLine = record({
  /** Which wanted line this answers, counted from 0. Several parts may answer one line together. */
  line: integer(0, 15),
  part: optional(integer(1, 15)),
  name: label(),
  category: optional(path),
  sku: optional(label(70)),
  gtin: optional(gtin),
  mpn: optional(label(70)),
  brand: optional(label(70)),
  condition: optional(condition),
  quantity,
  /** For the whole quantity, before delivery, tax, fees and discount (UBL LineExtensionAmount). */
  price: amount,
  attributes: optional(list(attribute, 32)),
  url: optional(link),
  substitute: optional(z.literal(true)),
});
export type OfferedLine = z.infer<typeof offeredLine>;

/** goods + delivery + tax + fees − discount = total. */
export const breakdown = record({
  goods: amount,
  delivery: optional(amount),
  tax: optional(amount),
  fees: optional(amount),
  discount: optional(amount),
});
export type Breakdown = z.infer<typeof breakdown>;

export const promisedDelivery = record({
  method: deliveryMethod,
  from: optional(time),
  until: optional(time),
  place: optional(label()),
});
export type PromisedDelivery = z.infer<typeof promisedDelivery>;

export const schema = record({
  ...threadHead,
  expires: time,
  seller: label(),
  domain: optional(label(253)),
  lines: list(offeredLine, 32),
  currency,
  total: amount,
  breakdown,
  delivery: optional(promisedDelivery),
  payment: optional(list(token, 16)),
  /** SHA-256 of each text of terms accepted. */
  terms: optional(list(id, 8)),
  note: optional(prose(500)),
  reply,
});
export type Offer = z.infer<typeof schema>;

/** BigInt, because a sum may pass 2^53 and a discount bring it back. */
const breakdownAddsUp = ({ total, breakdown }: Offer): Verdict => {
  const { goods, delivery = 0, tax = 0, fees = 0, discount = 0 } = breakdown;
  const sum = [goods, delivery, tax, fees].reduce((all, part) => all + BigInt(part), -BigInt(discount));
  return sum === BigInt(total) ? fine : reject("breakdown-sum", `total ${total}`);
};

const linesAddUp = ({ lines, breakdown }: Offer): Verdict =>
  lines.reduce((sum, line) => sum + line.price, 0) === breakdown.goods ? fine : reject("line-sum");

const partsAreDistinct = ({ lines }: Offer): Verdict => {
  const places = lines.map(({ line, part = 0 }) => `${line}.${part}`);
  return new Set(places).size === places.length ? fine : reject("line-twice");
};

/** In the order of spec/01-overview: of two breaches everyone names the same one. */
export const rules = (offer: Offer): Verdict =>
  firstBreach(
    lifetimeIsPositive(offer),
    each(offer.lines, (line) => gtinIsValid(line.gtin)),
    hasNoDuplicates(offer.terms?.map(toHex), "terms"),
    hasNoDuplicates(offer.payment, "payment"),
    partsAreDistinct(offer),
    linesAddUp(offer),
    breakdownAddsUp(offer),
  );
