/** What the runs gave, as tables in Markdown. */
import { shown } from "../harness/report.ts";
import type { Carried, Recovered } from "./run.ts";
import type { Spread } from "./sellers.ts";
import { thousandRealNodes } from "./settings.ts";

export type Row = {
  readonly relays: number;
  readonly carried: Carried;
  readonly recovered: Recovered;
  readonly spread: Spread;
};

type Column = readonly [string, (row: Row) => number];

const carriedColumns: readonly Column[] = [
  ["relays", ({ relays }) => relays],
  ["hops", ({ carried }) => carried.hops],
  ["p50, ms", ({ carried }) => carried.p50Ms],
  ["p99, ms", ({ carried }) => carried.p99Ms],
  ["slowest, ms", ({ carried }) => carried.slowestMs],
  ["duplicates a delivery", ({ carried }) => carried.duplicates],
  ["missing", ({ carried }) => carried.missing],
  ["kB sent a message and relay", ({ carried }) => carried.bytesOut / 1000],
  ["and kB of control", ({ carried }) => carried.controlBytesOut / 1000],
  ["kB by the busiest", ({ carried }) => carried.mostBytesOut / 1000],
  ["CPU, µs a message and relay", ({ carried }) => carried.cpuUs],
  ["µs at the busiest", ({ carried }) => carried.mostCpuUs],
  ["messages/s that fill a core", ({ carried }) => 1e6 / carried.mostCpuUs],
];

const spreadColumns: readonly Column[] = [
  ["relays", ({ relays }) => relays],
  ["sellers at the largest", ({ spread }) => spread.mostSellers],
  ["deliveries an intent, in all", ({ spread }) => spread.deliveries],
  ["at the busiest relay", ({ spread }) => spread.mostDeliveries],
  ["relays reached without a seller for it, %", ({ spread }) => 100 * spread.shareInVain],
];

const recoveredColumns: readonly Column[] = [
  ["relays", ({ relays }) => relays],
  ["cut off", ({ recovered }) => recovered.apart],
  ["missing at the end of the cut", ({ recovered }) => recovered.missingAtEnd],
  ["after gossip", ({ recovered }) => recovered.missingAfterGossip],
  ["after reconciliation", ({ recovered }) => recovered.missingAfterRounds],
  ["rounds", ({ recovered }) => recovered.rounds],
  ["frames, MB", ({ recovered }) => recovered.frameBytes / 1e6],
  ["messages, MB", ({ recovered }) => recovered.messageBytes / 1e6],
];

function table(title: string, columns: readonly Column[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `### ${title}`,
    "",
    line(columns.map(([name]) => name)),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map(([, of]) => shown(of(row))))),
    "",
  ].join("\n");
}

export const tables = (rows: readonly Row[]): string =>
  [
    table("What gossip carries", carriedColumns, rows),
    table("What sellers are delivered", spreadColumns, rows),
    table("After a tenth was cut off", recoveredColumns, rows),
  ].join("\n");

/** The model beside what was measured of real nodes. */
export function besideReal({ hops, duplicates }: Carried): string {
  const { measured } = thousandRealNodes;
  return [
    "### Beside 1,000 real nodes",
    "",
    "|  | real | model |",
    "| --- | --- | --- |",
    `| hops, mean | ${shown(measured.hops)} | ${shown(hops)} |`,
    `| duplicates a delivery | ${shown(measured.duplicates)} | ${shown(duplicates)} |`,
    "",
  ].join("\n");
}
