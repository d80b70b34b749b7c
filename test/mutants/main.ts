/**
 * Asks both implementations about mutants: `npm run mutants [-- --maker bodies,deals] [--seed 1] [--count 120000] [--first 0]`.
 * Ends with exit code 1 where they disagree, with each input and the command that makes it again.
 */
import { readLongRun } from "../long-run.ts";
import { compare } from "./compare.ts";
import { makers } from "./makers.ts";
import { lineOf } from "./question.ts";
import { startTheirs } from "./theirs.ts";

const usage = `npm run mutants [-- --maker ${Object.keys(makers).join("|")}|all] [--seed N] [--count N] [--first N]`;

const given = readLongRun(usage, { maker: "all", seed: "1", count: "120000", first: "0" });
const seed = given.wholeNumber("seed", 0) ?? 1;
const count = given.wholeNumber("count", 1) ?? 1;
const first = given.wholeNumber("first", 0) ?? 0;
const names = given.names("maker", Object.keys(makers));

const start = performance.now();
await using theirs = startTheirs();
const { verdicts, differences } = await compare(theirs, { names, seed, first, count });

let mutants = 0;
for (const [name, counts] of verdicts) {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const all = sorted.reduce((sum, [, times]) => sum + times, 0);
  mutants += all;
  console.log(`${name}: ${all} mutants, ${sorted.length} verdicts`);
  console.log(`  ${sorted.map(([verdict, times]) => `${verdict} ${times}`).join(", ")}`);
}
for (const { maker: name, place, question, ours, theirs: other } of differences) {
  console.log(
    `DIFFERENT, ${name} ${place}\n  TypeScript: ${JSON.stringify(ours)}\n  Python:     ${JSON.stringify(other)}`,
  );
  console.log(`  ${lineOf(question)}`);
  console.log(`  again: npm run mutants -- --maker ${name} --seed ${seed} --first ${place} --count 1`);
}
const seconds = ((performance.now() - start) / 1000).toFixed(0);
const outcome =
  differences.length === 0 ? "one verdict on all" : `${differences.length} on which they differ`;
console.log(`${mutants} mutants in ${seconds} s, seed ${seed}: ${outcome}`);
process.exitCode = differences.length === 0 ? 0 : 1;
