/** `update`: either side says where the order stands (schema.org OrderStatus). */
import * as z from "zod/mini";
import { label, link, optional, prose, record, threadHead } from "./field.ts";
import { fine } from "./rule.ts";

export const statuses = [
  "OrderPaymentDue",
  "OrderProcessing",
  "OrderPickupAvailable",
  "OrderInTransit",
  "OrderDelivered",
  "OrderProblem",
  "OrderCancelled",
  "OrderReturned",
] as const;
export type OrderStatus = (typeof statuses)[number];

export const tracking = record({ carrier: label(70), number: label(70), url: optional(link) });

export const schema = record({
  ...threadHead,
  status: z.enum(statuses),
  tracking: optional(tracking),
  note: optional(prose(500)),
});
export type Update = z.infer<typeof schema>;

export const rules = () => fine;
