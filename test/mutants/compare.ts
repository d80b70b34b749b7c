/** Asks both implementations the same questions, and keeps those to which they answer differently. */
import { isDeepStrictEqual } from "node:util";
import { diceOf } from "../fuzz/dice.ts";
import { type Maker, makers } from "./makers.ts";
import { answerOfOurs } from "./ours.ts";
import type { Answer, Question } from "./question.ts";
import type { Theirs } from "./theirs.ts";

export type Difference = {
  readonly maker: string;
  readonly place: number;
  readonly question: Question;
  readonly ours: Answer;
  readonly theirs: Answer;
};

export type Report = {
  /** How often each verdict was given, by the name of what made the mutant. */
  readonly verdicts: Map<string, Map<string, number>>;
  readonly differences: readonly Difference[];
};

const batch = 200;
/** More would only say the same again. */
const mostDifferences = 20;

/** Mutants `first` to `first` + `count` − 1 of a seed, shared out among the makers named. */
export async function compare(
  theirs: Theirs,
  { names, seed, first, count }: { names: readonly string[]; seed: number; first: number; count: number },
): Promise<Report> {
  const verdicts: Report["verdicts"] = new Map();
  const differences: Difference[] = [];
  const shares = names.reduce((sum, name) => sum + makerOf(name).share, 0);
  for (const name of names) {
    const { share, make } = makerOf(name);
    const counts = new Map<string, number>();
    verdicts.set(name, counts);
    const end = first + Math.ceil((count * share) / shares);
    for (let start = first; start < end && differences.length < mostDifferences; start += batch) {
      const places = Array.from({ length: Math.min(batch, end - start) }, (_, i) => start + i);
      const questions = places.map((place) => make(diceOf("mutants", name, seed, place)));
      const asked = theirs.ask(questions);
      const answers = await Promise.all(questions.map(answerOfOurs));
      for (const [i, other] of (await asked).entries()) {
        const [place, question, ours] = [places[i], questions[i], answers[i]] as [number, Question, Answer];
        counts.set(verdictOf(ours), (counts.get(verdictOf(ours)) ?? 0) + 1);
        if (differences.length < mostDifferences && !isDeepStrictEqual(ours, other))
          differences.push({ maker: name, place, question, ours, theirs: other });
      }
    }
  }
  return { verdicts, differences };
}

/** Of a deal, what its last message came to. */
const verdictOf = ({ expect, steps }: Answer): string =>
  (Array.isArray(steps) ? (steps.at(-1) as string | undefined) : undefined) ?? expect;

function makerOf(name: string): Maker {
  const maker = makers[name];
  if (maker === undefined) throw new Error(`no maker ${name}`);
  return maker;
}
