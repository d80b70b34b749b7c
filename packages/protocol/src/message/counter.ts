/** `counter`: a buyer tells one seller what would have to change. */
import type * as z from "zod/mini";
import { reject } from "../reject.ts";
import {
  amount,
  deliveryMethod,
  integer,
  list,
  optional,
  prose,
  quantity,
  record,
  threadHead,
  time,
} from "./field.ts";
import { fine, firstBreach, hasNoDuplicates, lifetimeIsPositive, type Verdict } from "./rule.ts";

export const change = record({
  /** The landed total that the buyer would accept, in the offer's currency. */
  total: optional(amount),
  delivery: optional(deliveryMethod),
  deliveredUntil: optional(time),
  quantities: optional(list(record({ line: integer(0, 15), quantity }), 16)),
});
export type Change = z.infer<typeof change>;

export const schema = record({
  ...threadHead,
  expires: time,
  change,
  note: optional(prose(500)),
});
export type Counter = z.infer<typeof schema>;

const asksForSomething = ({ change, note }: Counter): Verdict =>
  Object.keys(change).length > 0 || note !== undefined ? fine : reject("counter-empty");

export const rules = (counter: Counter): Verdict =>
  firstBreach(
    lifetimeIsPositive(counter),
    hasNoDuplicates(
      counter.change.quantities?.map(({ line }) => `${line}`),
      "quantities",
    ),
    asksForSomething(counter),
  );
