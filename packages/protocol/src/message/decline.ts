/** `decline`: either side says no, and why. */
import * as z from "zod/mini";
import { optional, prose, record, threadHead } from "./field.ts";
import { fine } from "./rule.ts";

export const reasons = [
  "price",
  "terms",
  "delivery",
  "out-of-stock",
  "expired",
  "awarded-elsewhere",
  "withdrawn",
  "duplicate",
  "other",
] as const;

export const schema = record({ ...threadHead, reason: z.enum(reasons), note: optional(prose(500)) });
export type Decline = z.infer<typeof schema>;

export const rules = () => fine;
