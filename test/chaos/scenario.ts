/** What chaos is made of: a scenario runs once with dice, and gives figures; a broken promise is an Error. */
import type { Dice } from "../fuzz/dice.ts";

export type Figures = Readonly<Record<string, number>>;

export type Scenario = {
  /** What is done, in a phrase. */
  readonly about: string;
  /** Runs of the long version. */
  readonly runs: number;
  /** One run, or as the scenario needs it so many in one; `say` is for progress. */
  readonly run: (dice: Dice, runs: number, say: (line: string) => void) => Promise<Figures>;
};

export class Broken extends Error {}

export function demand(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Broken(promise);
}

/** Figures added up, name by name. */
export const sum = (all: readonly Figures[]): Figures => {
  const total: Record<string, number> = {};
  for (const figures of all) {
    for (const [name, value] of Object.entries(figures)) total[name] = (total[name] ?? 0) + value;
  }
  return total;
};
