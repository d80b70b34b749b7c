/** The third stage: whether a body has the shape of its kind and keeps the rules that concern it alone. */
import type * as z from "zod/mini";
import { type Reject, reject } from "../reject.ts";
import type { Result } from "../result.ts";
import { check } from "../schema.ts";
import { describeIssue } from "./issue.ts";
import { type Body, type Kind, kinds } from "./kinds.ts";
import type { Verdict } from "./rule.ts";

type Definition<K extends Kind> = {
  readonly schema: z.ZodMiniType<Body<K>>;
  readonly rules: (body: Body<K>) => Verdict;
};
const definitions: { readonly [K in Kind]: Definition<K> } = kinds;

/** The body as its kind's type: `body-shape`, with the path of the first fault, or the code of the rule it breaks. */
export function validateBody<K extends Kind>(kind: K, value: unknown): Result<Body<K>, Reject> {
  const { schema, rules } = definitions[kind];
  const body = check(schema, value);
  if (!body.ok) return reject("body-shape", `${kind}: ${describeIssue(body.error)}`);
  const verdict = rules(body.value);
  return verdict.ok ? body : verdict;
}
