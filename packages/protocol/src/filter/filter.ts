/** A filter describes the messages that a subscriber wants: every field that is present must hold. */
import * as z from "zod/mini";
import {
  amount,
  bytes,
  currency,
  id,
  label,
  list,
  optional,
  path,
  period,
  record,
  token,
} from "../message/field.ts";

/** The greatest number of alternatives in one field. */
const many = 256;

const word = label(64);

export const filterKinds = ["intent", "close", "profile", "sealed"] as const;

export const filter = record({
  kinds: optional(list(z.enum(filterKinds), filterKinds.length)),
  authors: optional(list(bytes(32), many)),
  /** Only a filter with this field is given sealed messages, and only these mailboxes'. */
  mailboxes: optional(list(bytes(32), many)),
  categories: optional(list(path, many)),
  places: optional(list(path, many)),
  /** An intent in one of these currencies whose price can reach `least`, or which names no price. */
  prices: optional(list(record({ currency, least: amount }), 16)),
  /** Each: an intent that demands this attribute to be one of these values. */
  attributes: optional(
    list(record({ attribute: token, values: list(z.union([z.int(), label(), z.boolean()]), many) }), 16),
  ),
  words: optional(record({ all: optional(list(word, many)), any: optional(list(word, many)) })),
  /** SHA-256 of texts of terms: an intent all of whose required terms are among them. */
  terms: optional(list(id, many)),
  /** When the message was issued. */
  issued: optional(period),
});

/** See spec/07-filters for the meaning of each field; `matches` is that meaning as code. */
export type Filter = z.infer<typeof filter>;

/** How many alternatives a filter holds in all: what a relay's limit `filterTerms` counts. */
export function countTerms(filter: Filter): number {
  const { kinds, authors, mailboxes, categories, places, prices, attributes, words, terms } = filter;
  const lists = [kinds, authors, mailboxes, categories, places, prices, words?.all, words?.any, terms];
  const attributeValues = (attributes ?? []).reduce((sum, { values }) => sum + values.length, 0);
  return lists.reduce((sum, list) => sum + (list?.length ?? 0), attributeValues);
}
