/** What the kit finds out about a rule, and the errors by which a check says so. */

/**
 * `passed`: the relay did what the rule says, in all that the kit tried. `failed`: it did not. `not exercised`: the kit
 * could not try, and claims nothing.
 */
export type Finding =
  | { readonly outcome: "passed" }
  | { readonly outcome: "failed"; readonly expected: string; readonly came: string }
  | { readonly outcome: "not exercised"; readonly why: string };

/** The relay broke the rule that is being checked. */
export class Breach extends Error {
  override readonly name = "Breach";
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: string) {
    super(`expected ${expected}; came ${came}`);
    this.expected = expected;
    this.came = came;
  }
}

/** The rule cannot be tried on this relay, or with what the kit was told. */
export class NotExercised extends Error {
  override readonly name = "NotExercised";
}

/** The relay does not want to be asked at this moment; after `retryAfter` seconds it may, never if that is 0. */
export class NotNow extends Error {
  override readonly name = "NotNow";
  readonly retryAfter: number;

  constructor(code: string, retryAfter: number) {
    super(code);
    this.retryAfter = retryAfter;
  }
}

/** Throws a {@link Breach} unless the condition holds. */
export function expect(condition: boolean, expected: string, came: string | (() => string)): void {
  if (!condition) throw new Breach(expected, typeof came === "string" ? came : came());
}
