/** `note`: conversation within a thread; it changes nothing in the deal. */
import type * as z from "zod/mini";
import { prose, record, threadHead } from "./field.ts";
import { fine } from "./rule.ts";

export const schema = record({ ...threadHead, text: prose(2000) });
export type Note = z.infer<typeof schema>;

export const rules = () => fine;
