/**
 * Fuzzes every reader of foreign bytes: `npm run fuzz [-- --target gate,frame] [--seed 1] [--count 100000] [--first 0]`.
 * Ends with exit code 1, the seed and the shortest failing input when a promise is broken.
 */
import { Worker } from "node:worker_threads";
import { readLongRun } from "../long-run.ts";
import { targets } from "./targets/all.ts";
import type { WorkerData, WorkerReport } from "./worker.ts";

const usage = `npm run fuzz [-- --target ${Object.keys(targets).join("|")}|all] [--seed N] [--count N] [--first N]`;

/** An input that takes longer than this hangs: the slowest takes some tens of milliseconds. */
const hangSeconds = 60;
/** A reader that needs more than this for inputs of some kilobytes has no bound. */
const mostMegabytes = 1024;

const given = readLongRun(usage, { target: "all", seed: "1", count: undefined, first: "0" });
const seed = given.wholeNumber("seed", 0) ?? 1;
const first = given.wholeNumber("first", 0) ?? 0;
const names = given.names("target", Object.keys(targets));

function run(data: Omit<WorkerData, "progress">): Promise<WorkerReport | string> {
  const progress = new SharedArrayBuffer(4);
  const current = new Int32Array(progress);
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData: { ...data, progress } satisfies WorkerData,
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  });
  return new Promise((resolve) => {
    let last = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(current, 0);
      if (now === last && now !== data.first) end(`input ${now} takes more than ${hangSeconds} seconds`);
      last = now;
    }, hangSeconds * 1000);
    const end = (outcome: WorkerReport | string): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(outcome);
    };
    worker.once("message", end);
    worker.once("error", (error) => end(`input ${Atomics.load(current, 0)}: ${String(error)}`));
  });
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
let inputs = 0;
let broken = 0;
const start = performance.now();
for (const name of names) {
  const count = given.wholeNumber("count", 1) ?? targets[name]?.count ?? 0;
  const report = await run({ name, seed, count, first });
  if (typeof report === "string") {
    broken++;
    console.log(`${name}: ${report}\n  again: npm run fuzz -- --target ${name} --seed ${seed}`);
    continue;
  }
  const { slowest, heapBefore, heapAfter } = report;
  inputs += report.inputs;
  const rate = Math.round(report.inputs / report.seconds);
  console.log(
    `${name}: ${report.inputs} inputs, ${rate}/s; slowest ${slowest.milliseconds.toFixed(1)} ms (input ${slowest.index}, ` +
      `${slowest.bytes} bytes); heap ${megabytes(heapBefore)} before, ${megabytes(heapAfter)} after`,
  );
  const verdicts = Object.entries(report.verdicts).sort(([, a], [, b]) => b - a);
  console.log(`  ${verdicts.map(([verdict, times]) => `${verdict} ${times}`).join(", ")}`);
  for (const { index, message, hex } of report.failures) {
    broken++;
    console.log(`  FAILED at input ${index}: ${message}\n  ${hex}`);
    console.log(`  again: npm run fuzz -- --target ${name} --seed ${seed} --first ${index} --count 1`);
  }
}
const seconds = ((performance.now() - start) / 1000).toFixed(0);
console.log(
  `${inputs} inputs in ${seconds} s, seed ${seed}: ${broken === 0 ? "every promise held" : `${broken} broken`}`,
);
process.exitCode = broken === 0 ? 0 : 1;
