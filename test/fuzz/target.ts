/** What is fuzzed: how its inputs are made, and what must hold of each. */
import type { Dice } from "./dice.ts";

export type Target = {
  /** Inputs in a whole run of the default size. */
  readonly count: number;
  /** One input, which depends on the dice alone. */
  readonly make: (dice: Dice) => Uint8Array | Promise<Uint8Array>;
  /**
   * Feeds the input to the code and gives the verdict: `accepted`, or the code of the refusal. Throws a {@link Finding}
   * where a promise is broken; whatever else it throws is a finding too.
   */
  readonly check: (input: Uint8Array) => string | Promise<string>;
};

/** A broken promise. The message says which, without what is particular to the input. */
export class Finding extends Error {}

export function demand(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Finding(promise);
}
