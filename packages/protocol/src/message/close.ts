/** `close`: the buyer tells everyone that the intent is over, so that sellers stop. */
import * as z from "zod/mini";
import { head, id, record, time } from "./field.ts";
import { lifetimeIsPositive } from "./rule.ts";

export const schema = record({
  ...head,
  expires: time,
  thread: id,
  reason: z.enum(["awarded", "withdrawn"]),
});
export type Close = z.infer<typeof schema>;

export const rules = lifetimeIsPositive;
