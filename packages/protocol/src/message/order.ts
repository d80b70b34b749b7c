/** `order`: the seller confirms the award: a number, how to pay, how it will be delivered. */
import type * as z from "zod/mini";
import { amount, currency, label, link, optional, prose, record, threadHead, time, token } from "./field.ts";
import { promisedDelivery } from "./offer.ts";
import { fine } from "./rule.ts";

export const payment = record({
  method: token,
  url: optional(link),
  reference: optional(label()),
  instructions: optional(prose(500)),
  due: optional(time),
});
export type Payment = z.infer<typeof payment>;

export const schema = record({
  ...threadHead,
  number: label(70),
  currency,
  total: amount,
  payment: optional(payment),
  delivery: optional(promisedDelivery),
  note: optional(prose(500)),
});
export type Order = z.infer<typeof schema>;

export const rules = () => fine;
