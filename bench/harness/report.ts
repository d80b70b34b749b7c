/** Several runs of a figure as one row a number, for people and for programs. */
import type { Sample } from "./figure.ts";
import { median } from "./statistics.ts";

export type Row = {
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** The median of the ratios, each within its own run, and not the ratio of the medians. */
  readonly ratio?: number;
  readonly baseline?: { readonly name: string; readonly median: number };
};

export type Report = { readonly name: string; readonly title: string; readonly rows: readonly Row[] };

/** Every run gives the same samples in the same order. */
export function summarize(runs: readonly (readonly Sample[])[]): Row[] {
  return (runs[0] ?? []).map(({ what, unit, against }, i) => {
    const samples = runs.map((run) => run[i] as Sample);
    const values = samples.map(({ value }) => value);
    const row = { what, unit, median: median(values), least: Math.min(...values), most: Math.max(...values) };
    if (against === undefined) return row;
    const baselines = samples.map((sample) => sample.against?.value ?? Number.NaN);
    return {
      ...row,
      ratio: median(values.map((value, n) => value / (baselines[n] as number))),
      baseline: { name: against.name, median: median(baselines) },
    };
  });
}

/** Three significant digits, and a thousand as 1,000. */
export const shown = (value: number): string =>
  value.toLocaleString("en", { maximumSignificantDigits: Math.abs(value) >= 1000 ? 4 : 3 });

const heading = ["ratio", "what", "median", "unit", "least – most", "baseline", "its median"];

function cells({ ratio, what, median, unit, least, most, baseline }: Row): string[] {
  return [
    ratio === undefined ? "" : `${shown(ratio)} ×`,
    what,
    shown(median),
    unit,
    `${shown(least)} – ${shown(most)}`,
    baseline?.name ?? "",
    baseline === undefined ? "" : shown(baseline.median),
  ];
}

/** A table in Markdown. */
export function table({ name, title, rows }: Report): string {
  const lines = [heading, ...rows.map(cells)];
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const drawn = lines.map(
    (line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] as number)).join(" | ")} |`,
  );
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [`### ${title} (\`${name}\`)`, "", drawn[0], rule, ...drawn.slice(1), ""].join("\n");
}
