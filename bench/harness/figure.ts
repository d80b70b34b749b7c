/** A figure: something measured several times, each time beside the physical limit that it is held against. */
import type { Context } from "./context.ts";

/** The limit, as it was in the same run; in the unit of what it is held against. */
export type Baseline = { readonly name: string; readonly value: number };

/** One number of one run. */
export type Sample = {
  /** What was measured; the same in every run. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly against?: Baseline;
};

/** Measures once. */
export type Measure = () => Promise<readonly Sample[]>;

export type Figure = {
  /** The name by which it is asked for. */
  readonly name: string;
  readonly title: string;
  /** Gets ready what all runs share; what it puts on the stack ends after the last run. */
  readonly prepare: (context: Context, stack: AsyncDisposableStack) => Promise<Measure>;
};
