/**
 * Breaks real processes at moments drawn from a seed: `npm run chaos [-- --scenario relay-killed] [--seed 1] [--runs 100]`.
 * Prints figures; ends with exit code 1 and the seed when a promise is broken.
 */
import { diceOf } from "../fuzz/dice.ts";
import { readLongRun } from "../long-run.ts";
import { scenarios } from "./scenarios/all.ts";

const usage = `npm run chaos [-- --scenario ${Object.keys(scenarios).join("|")}|all] [--seed N] [--runs N]`;

/** A scenario that makes no progress for so long hangs. */
const hangSeconds = 180;

const given = readLongRun(usage, { scenario: "all", seed: "1", runs: undefined });
const seed = given.wholeNumber("seed", 0) ?? 1;
const names = given.names("scenario", Object.keys(scenarios));

for (const name of names) {
  const one = scenarios[name];
  if (one === undefined) continue;
  const runs = given.wholeNumber("runs", 1) ?? one.runs;
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(0)} s`;
  const again = `again: npm run chaos -- --scenario ${name} --seed ${seed} --runs ${runs}`;
  console.log(`${name}: ${one.about}; ${runs} runs`);
  const hang = setTimeout(() => {
    console.log(`  HANGS: nothing for ${hangSeconds} seconds\n  ${again}`);
    process.exit(1);
  }, hangSeconds * 1000);
  const say = (line: string): void => {
    hang.refresh();
    console.log(`  ${seconds()}: ${line}`);
  };
  try {
    const figures = await one.run(diceOf(seed, name), runs, say);
    console.log(`  ${seconds()}, every promise held:`);
    for (const [figure, value] of Object.entries(figures)) console.log(`    ${figure}: ${value}`);
  } catch (error) {
    console.log(
      `  BROKEN after ${seconds()}: ${error instanceof Error ? error.stack : String(error)}\n  ${again}`,
    );
    process.exitCode = 1;
  }
  clearTimeout(hang);
}
process.exit();
