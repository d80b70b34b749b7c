/** What a schema found wrong, in one phrase: which field, and what it should be. */
import type * as z from "zod/mini";

/** Of several faults, the first: "price.currency: an ISO 4217 code such as USD", "unknown field surprise". */
export function describeIssue({ issues }: z.core.$ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return "";
  const fault = describeFault(issue);
  return issue.path.length === 0 ? fault : `${issue.path.join(".")}: ${fault}`;
}

/** A name of a field can take as many bytes as a message, and a detail is a line. */
const mostFields = 4;
const mostNameLength = 60;
const shortened = (name: string): string =>
  name.length <= mostNameLength ? name : `${name.slice(0, mostNameLength)}…`;

/** The library's own words need a table of a language, which nobody's bundle should carry for this. */
function describeFault(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `unknown field ${issue.keys.slice(0, mostFields).map(shortened).join(", ")}`;
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "too_small":
      return `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}
