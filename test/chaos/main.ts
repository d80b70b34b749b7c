/**
 * Breaks real processes at moments drawn from a seed: `npm run chaos [-- --scenario relay-killed] [--seed 1] [--runs 100]`.
 * Prints figures; ends with exit code 1 and the seed when a promise is broken.
 */
import { parseArgs } from "node:util";
import { diceOf } from "../fuzz/dice.ts";
import { scenarios } from "./scenarios/all.ts";

const usage = `npm run chaos [-- --scenario ${Object.keys(scenarios).join("|")}|all] [--seed N] [--runs N]`;

/** A scenario that makes no progress for so long hangs. */
const hangSeconds = 180;

function fail(message: string): never {
  process.stderr.write(`${message}\n${usage}\n`);
  process.exit(2);
}

function settings() {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: "string", default: "all" },
        seed: { type: "string", default: "1" },
        runs: { type: "string" },
      },
    });
    return values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= least ? value : fail(`--${name} is a number from ${least}`);
}

const { scenario, seed: seedText, runs: runsText } = settings();
const seed = wholeNumber("seed", seedText, 0);
const names = scenario === "all" ? Object.keys(scenarios) : scenario.split(",");
const unknown = names.find((name) => scenarios[name] === undefined);
if (unknown !== undefined) fail(`no scenario ${unknown}`);

for (const name of names) {
  const one = scenarios[name];
  if (one === undefined) continue;
  const runs = runsText === undefined ? one.runs : wholeNumber("runs", runsText, 1);
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
