/** What must hold of every refusal, and of every pair of answers that claim to be the same. */
import { isDeepStrictEqual } from "node:util";
import { type Reject, type Result, registry, type Stage } from "@intentcast/protocol";
import { demand } from "./target.ts";

/** The details of refusals are for people and for logs. */
const mostDetail = 4096;

/** A refusal has a registered code of a stage that may refuse here, and its detail cannot drive a terminal. */
export function checkReject({ stage, code, detail }: Reject, stages: readonly Stage[]): void {
  demand(stages.includes(stage), `a refusal at stage ${stage}, which is none of ${stages.join(", ")}`);
  demand(Object.hasOwn(registry[stage], code), `the code ${code} is not registered at stage ${stage}`);
  demand(detail.length <= mostDetail, `the detail of ${code} is longer than ${mostDetail}`);
  demand(!/\p{Cc}/u.test(detail), `the detail of ${code} has control characters`);
}

export const verdictOf = (result: Result<unknown, Reject>): string =>
  result.ok ? "accepted" : result.error.code;

export function demandSame(one: unknown, other: unknown, promise: string): void {
  demand(isDeepStrictEqual(one, other), promise);
}
