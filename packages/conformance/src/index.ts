/** A kit that checks any relay from outside against the relay protocol, rule by rule. */
export { type Checked, type CheckOptions, checkRelay, Unreachable } from "./check-relay.ts";
export { byCommand } from "./command.ts";
export type { Finding } from "./finding.ts";
export type { Rule } from "./rule.ts";
export { rules } from "./rules.ts";
