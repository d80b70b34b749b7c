/** How the parts of a sentence are read: each reader looks for one thing and says what it found where. */
import type { Body, UnixSeconds } from "@intentcast/protocol";

type IntentBody = Body<"intent">;

/** What the readers need to know of the world. */
export type Setting = {
  readonly now: UnixSeconds;
  /** The currency of an amount that names none, and of a bare `$` if it is a dollar. */
  readonly currency: string | undefined;
  /** Seconds by which the buyer's day begins before the day in UTC. */
  readonly utcOffsetSeconds: number;
};

/** What the sentence has said so far. */
export type Parts = {
  quantity?: IntentBody["want"][number]["quantity"];
  name?: string;
  condition?: NonNullable<IntentBody["want"][number]["condition"]>;
  delivery?: NonNullable<IntentBody["delivery"]>;
  when?: NonNullable<IntentBody["when"]>;
  price?: { currency: string; form: "max" | "firm"; amount: number; each: boolean };
  where?: string[];
};

/** Something understood (`field`: the part of the draft, `value`: what was made of it, for people), or unclear. */
export type Finding =
  | { readonly field: string; readonly value: string; readonly parts: Parts }
  | { readonly advice: string };

/** A pattern and what a match of it means; undefined: nothing after all. */
export type Reader = {
  readonly pattern: RegExp;
  readonly read: (groups: Groups, setting: Setting, parts: Parts) => Finding | undefined;
  /** The words stand inside of a phrase that goes on around them, as `used` does in `a used bicycle`. */
  readonly inside?: boolean;
};

/** The named groups of a match; an optional one may be absent. */
export type Groups = { readonly [name: string]: string | undefined };
