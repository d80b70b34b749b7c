/** Draws what matching costs: `pnpm -s bench matching --json | node bench/plot/matching-plot.ts > docs/matching.svg`. */
import { readFileSync } from "node:fs";
import type { Report } from "../harness/report.ts";
import { drawChart, type Series } from "./chart.ts";

const { reports } = JSON.parse(readFileSync(0, "utf8")) as { readonly reports: readonly Report[] };
const rows = (reports.find(({ name }) => name === "matching")?.rows ?? []).flatMap((row) => {
  const [, filters = ""] = /^([\d,]+) filters: intents$/.exec(row.what) ?? [];
  return filters === "" ? [] : [{ ...row, filters: Number(filters.replaceAll(",", "")) }];
});
if (rows.length === 0) throw new Error("there is no report of matching on standard input");

/** CPU microseconds of an intent, by how many filters stand. */
function peer(baseline: string, name: string, colour: string): Series {
  const ofPeer = rows.filter((row) => row.baseline?.name === baseline);
  return {
    name,
    colour,
    points: ofPeer.map(({ filters, baseline }) => [filters, 1e6 / (baseline?.median ?? Number.NaN)]),
  };
}

const sqlite = peer("rows in SQLite", "rows in SQLite", "#b35900");
const nostr = peer("a Nostr library's loop", "a Nostr library's loop", "#a40e26");
const own: Series = {
  name: "the relay's index",
  colour: "#0a6640",
  points: rows
    .filter((row) => row.baseline?.name === "rows in SQLite")
    .map(({ filters, median }) => [filters, 1e6 / median]),
};

process.stdout.write(
  drawChart({
    title: "Matching one intent",
    x: "standing filters",
    y: "CPU microseconds",
    series: [nostr, sqlite, own],
  }),
);
