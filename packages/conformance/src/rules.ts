/** All rules, in the order in which they are tried: those that end the relay come last. */
import type { Rule } from "./rule.ts";
import { admitRules } from "./rules/admit.ts";
import { connectionRules } from "./rules/connection.ts";
import { creditRules } from "./rules/credit.ts";
import { expiryRules } from "./rules/expiry.ts";
import { filterRules } from "./rules/filter.ts";
import { frameRules } from "./rules/frame.ts";
import { goingAwayRules } from "./rules/going-away.ts";
import { handOverRules } from "./rules/hand-over.ts";
import { httpRules } from "./rules/http.ts";
import { limitRules } from "./rules/limit.ts";
import { mailboxRules } from "./rules/mailbox.ts";
import { positionRules } from "./rules/position.ts";
import { profileRules } from "./rules/profile.ts";
import { publishRules } from "./rules/publish.ts";
import { refusalRules } from "./rules/refusal.ts";
import { requestRules } from "./rules/request.ts";
import { restartRules } from "./rules/restart.ts";
import { subscriptionRules } from "./rules/subscription.ts";
import { verdictRules } from "./rules/verdict.ts";

export const rules: readonly Rule[] = [
  ...connectionRules,
  ...frameRules,
  ...requestRules,
  ...publishRules,
  ...verdictRules,
  ...admitRules,
  ...profileRules,
  ...expiryRules,
  ...positionRules,
  ...subscriptionRules,
  ...handOverRules,
  ...creditRules,
  ...filterRules,
  ...mailboxRules,
  ...limitRules,
  ...httpRules,
  ...refusalRules,
  ...restartRules,
  ...goingAwayRules,
];
