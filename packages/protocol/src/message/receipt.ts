/** `receipt`: what was paid and delivered. Holding one, with the chain it ends, is the right to rate. */
import type * as z from "zod/mini";
import {
  amount,
  currency,
  integer,
  iri,
  label,
  list,
  optional,
  prose,
  record,
  threadHead,
  time,
  token,
} from "./field.ts";
import { fine } from "./rule.ts";

export const schema = record({
  ...threadHead,
  paid: record({
    currency,
    total: amount,
    at: time,
    method: optional(token),
    reference: optional(label()),
  }),
  delivered: optional(time),
  serials: optional(list(record({ line: integer(0, 15), serial: label(70) }), 64)),
  warranty: optional(record({ until: time, terms: optional(iri) })),
  note: optional(prose(500)),
});
export type Receipt = z.infer<typeof schema>;

export const rules = () => fine;
