/** `award`: the buyer takes one offer as it stands, and discloses what that seller needs and nobody saw before. */
import type * as z from "zod/mini";
import { country, label, optional, prose, record, threadHead, token } from "./field.ts";
import { fine } from "./rule.ts";

/** schema.org PostalAddress. */
export const address = record({
  streetAddress: label(),
  addressLocality: label(),
  addressRegion: optional(label()),
  postalCode: optional(label(20)),
  addressCountry: country,
});
export type Address = z.infer<typeof address>;

export const disclosure = record({
  name: optional(label()),
  email: optional(label(254)),
  telephone: optional(label(40)),
  address: optional(address),
  instructions: optional(prose(500)),
});
export type Disclosure = z.infer<typeof disclosure>;

export const schema = record({
  ...threadHead,
  payment: optional(token),
  disclosure: optional(disclosure),
  note: optional(prose(500)),
});
export type Award = z.infer<typeof schema>;

export const rules = () => fine;
