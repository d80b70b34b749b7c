/** `profile`: who a seller is and what they deal in; of one author, the latest stands. */
import type * as z from "zod/mini";
import {
  domain,
  head,
  label,
  language,
  list,
  optional,
  path,
  prose,
  record,
  relayAddress,
  time,
  token,
} from "./field.ts";
import { firstBreach, hasNoDuplicates, lifetimeIsPositive, type Verdict } from "./rule.ts";

export const schema = record({
  ...head,
  expires: time,
  name: label(),
  description: optional(prose(1000)),
  domains: optional(list(domain, 8)),
  categories: optional(list(path, 64)),
  areas: optional(list(path, 64)),
  languages: optional(list(language, 16)),
  payment: optional(list(token, 16)),
  /** What the seller's software understands beyond offer, award and order, such as `counter` or `note`. */
  capabilities: optional(list(token, 16)),
  relays: optional(list(relayAddress, 8)),
});
export type Profile = z.infer<typeof schema>;

export const rules = (profile: Profile): Verdict =>
  firstBreach(
    lifetimeIsPositive(profile),
    hasNoDuplicates(profile.domains, "domains"),
    hasNoDuplicates(profile.categories, "categories"),
    hasNoDuplicates(profile.areas, "areas"),
    hasNoDuplicates(profile.languages, "languages"),
    hasNoDuplicates(profile.payment, "payment"),
    hasNoDuplicates(profile.capabilities, "capabilities"),
  );
