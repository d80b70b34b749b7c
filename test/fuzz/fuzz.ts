/** Runs a target over many inputs, and makes what fails as short as halving can. */
import { toHex } from "@intentcast/protocol";
import { diceOf } from "./dice.ts";
import type { Target } from "./target.ts";

export type Failure = {
  /** The input's number: with the seed it makes the input again. */
  readonly index: number;
  readonly message: string;
  /** The shortest input found that fails in the same way. */
  readonly hex: string;
};

export type Report = {
  readonly inputs: number;
  readonly seconds: number;
  /** How many inputs had each verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly slowest: { readonly index: number; readonly milliseconds: number; readonly bytes: number };
  readonly failures: readonly Failure[];
};

export type Plan = {
  readonly name: string;
  readonly target: Target;
  readonly seed: number;
  readonly count: number;
  /** The number of the first input. */
  readonly first?: number;
  /** Told before each input. */
  readonly onInput?: (index: number) => void;
};

/** Of failures of one kind the first is kept, and of kinds so many. */
const mostFailures = 10;

export async function fuzz({ name, target, seed, count, first = 0, onInput }: Plan): Promise<Report> {
  const verdicts: Record<string, number> = {};
  const failures = new Map<string, Failure>();
  let slowest: Report["slowest"] = { index: first, milliseconds: 0, bytes: 0 };
  let checking = 0;
  for (let index = first; index < first + count && failures.size < mostFailures; index++) {
    onInput?.(index);
    const input = await target.make(diceOf(seed, name, index));
    const start = performance.now();
    const verdict = await verdictOn(target, input);
    const milliseconds = performance.now() - start;
    checking += milliseconds;
    if (milliseconds > slowest.milliseconds) slowest = { index, milliseconds, bytes: input.length };
    const key = verdict.failure === undefined ? verdict.verdict : "FAILED";
    verdicts[key] = (verdicts[key] ?? 0) + 1;
    if (verdict.failure === undefined || failures.has(kindOf(verdict.failure))) continue;
    const shortest = await shorten(target, input, verdict.failure);
    failures.set(kindOf(verdict.failure), { index, message: verdict.failure, hex: toHex(shortest) });
  }
  const inputs = Object.values(verdicts).reduce((sum, one) => sum + one, 0);
  return { inputs, seconds: checking / 1000, verdicts, slowest, failures: [...failures.values()] };
}

type Verdict =
  | { readonly verdict: string; readonly failure?: never }
  | { readonly verdict?: never; readonly failure: string };

async function verdictOn(target: Target, input: Uint8Array): Promise<Verdict> {
  try {
    const verdict = target.check(input);
    return { verdict: typeof verdict === "string" ? verdict : await verdict };
  } catch (error) {
    return {
      failure: error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error),
    };
  }
}

/** A failure without the numbers and quotations that differ from one input to the next. */
const kindOf = (failure: string): string => failure.replaceAll(/\d+|"[^"]*"/g, "_").slice(0, 100);

/** Leaves out halves, quarters and so on down to single bytes, as long as the same thing fails. */
async function shorten(target: Target, input: Uint8Array, failure: string): Promise<Uint8Array> {
  let shortest = input;
  let trials = 0;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length && trials < 5000; trials++) {
      const trial = new Uint8Array([...shortest.subarray(0, at), ...shortest.subarray(at + size)]);
      const verdict = await verdictOn(target, trial);
      if (verdict.failure !== undefined && kindOf(verdict.failure) === kindOf(failure)) shortest = trial;
      else at += size;
    }
  }
  return shortest;
}
