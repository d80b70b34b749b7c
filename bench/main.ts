/** Measures: `pnpm bench --help`. Tables (or JSON) go to standard output, progress to standard error. */
import { mkdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { durableIngest } from "./figures/durable-ingest.ts";
import { fanOut } from "./figures/fan-out.ts";
import { firstOffer } from "./figures/first-offer.ts";
import { gossip } from "./figures/gossip.ts";
import { matching } from "./figures/matching.ts";
import { memory } from "./figures/memory.ts";
import { publishToSubscriber } from "./figures/publish-to-subscriber.ts";
import { pureCode } from "./figures/pure-code.ts";
import { reconciliation } from "./figures/reconcile.ts";
import { slowReader } from "./figures/slow-reader.ts";
import { storedQuery } from "./figures/stored-query.ts";
import { wholeRelay } from "./figures/whole-relay.ts";
import type { Context } from "./harness/context.ts";
import type { Figure, Sample } from "./harness/figure.ts";
import { type Report, summarize, table } from "./harness/report.ts";

const figures: readonly Figure[] = [
  durableIngest,
  publishToSubscriber,
  firstOffer,
  fanOut,
  storedQuery,
  matching,
  wholeRelay,
  slowReader,
  memory,
  pureCode,
  reconciliation,
  gossip,
];

const usage = `Measures, each figure beside its physical limit.

pnpm bench [name…] [--runs 3] [--quick] [--json] [--stored 100000] [--filters 100000] [--shops] [--profile folder]

  name…               ${figures.map(({ name }) => name).join(", ")}; all unless given
  --runs <n>          each figure so many times; a row is their median
  --quick             a short look at whether all works; the figures mean little
  --json              for programs
  --stored <n>        messages stored before stored queries are measured
  --filters <n>       standing filters of the whole relay
  --shops             these are of shops: few match an intent, however many there are
  --profile <folder>  where relays write their CPU profiles`;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function fail(text: string): never {
  say(text);
  process.exit(2);
}

const { values: options, positionals: names } = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        runs: { type: "string", default: "3" },
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        stored: { type: "string", default: "100000" },
        filters: { type: "string", default: "100000" },
        shops: { type: "boolean", default: false },
        profile: { type: "string" },
      },
    });
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`);
  }
})();

if (options.help) {
  console.log(usage);
  process.exit();
}

function wholeNumber(option: "runs" | "stored" | "filters"): number {
  const value = Number(options[option]);
  return Number.isSafeInteger(value) && value > 0 ? value : fail(`--${option} is a number above 0`);
}

/** Runs a figure so many times and keeps nothing that it made. */
async function measure(figure: Figure, runs: number, context: Context): Promise<Report> {
  await using stack = new AsyncDisposableStack();
  const once = await figure.prepare(context, stack);
  const samples: (readonly Sample[])[] = [];
  for (let run = 1; run <= runs; run++) {
    context.progress(`run ${run} of ${runs}`);
    samples.push(await once());
  }
  return { name: figure.name, title: figure.title, rows: summarize(samples) };
}

const unknown = names.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  fail(`no figure is called ${unknown.join(", ")}; there are ${figures.map(({ name }) => name).join(", ")}`);
}
// What the figures have made is removed on the way out.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const runs = options.quick ? 1 : wholeNumber("runs");
const profileFolder = options.profile === undefined ? undefined : resolve(options.profile);
if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true });
const machine = {
  processor: cpus()[0]?.model.trim(),
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
const reports: Report[] = [];
for (const figure of figures.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const context: Context = {
    isQuick: options.quick,
    storedMessages: wholeNumber("stored"),
    standingFilters: wholeNumber("filters"),
    sellers: options.shops ? "shops" : "anybody",
    profileFolder,
    progress: (says) => say(`${figure.name}: ${says}`),
  };
  const report = await measure(figure, runs, context);
  reports.push(report);
  if (!options.json) console.log(table(report));
}
if (options.json) console.log(JSON.stringify({ machine, runs, quick: options.quick, reports }, undefined, 2));
