/**
 * Simulated networks, one for each seed: `npm run simulate [-- --seed 1] [--runs 500]`. Prints figures; ends with exit code 1, and
 * with how to see it again, when a promise is broken.
 */
import { sum } from "../chaos/scenario.ts";
import { readLongRun } from "../long-run.ts";
import { simulate } from "./simulate.ts";

const given = readLongRun("npm run simulate [-- --seed N] [--runs N]", { seed: "1", runs: "500" });
const first = given.wholeNumber("seed", 0) ?? 1;
const runs = given.wholeNumber("runs", 1) ?? 500;
const start = performance.now();
const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(0)} s`;

const all: Awaited<ReturnType<typeof simulate>>[] = [];
for (let seed = first; seed < first + runs; seed++) {
  try {
    all.push(await simulate(seed));
  } catch (error) {
    console.log(`BROKEN with seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    console.log(`again: npm run simulate -- --seed ${seed} --runs 1`);
    process.exitCode = 1;
  }
  if ((seed - first) % 50 === 49) console.log(`${seconds()}: ${seed - first + 1} networks`);
}
console.log(
  `${seconds()}, ${process.exitCode === undefined ? "every promise held" : "promises were broken"}:`,
);
for (const [figure, value] of Object.entries(sum(all))) console.log(`  ${figure}: ${value}`);
process.exit();
