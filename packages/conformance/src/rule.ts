/** A rule of the specification as the kit checks it: its name, its sentence, its place, and the attempt to see it broken. */
import type { Trial } from "./trial.ts";

export type Rule = {
  /** Area and name, such as `credit/never-more`; stable. */
  readonly id: string;
  /** The rule in one sentence. */
  readonly says: string;
  /** Page and heading under `spec/`, such as `08-relay-protocol.md#4-subscriptions`. */
  readonly spec: string;
  /** The specification recommends it (SHOULD), and a relay may have reasons to differ. */
  readonly recommended?: true;
  /** Resolves when the relay kept the rule. Throws Breach, NotExercised or NotNow otherwise. */
  readonly check: (trial: Trial) => Promise<void>;
};
