/** The dashboard for Grafana asks for figures that a relay has, and leaves none of the network's out. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loopbackHouse } from "./neighbourhood.ts";

type Target = { readonly refId: string; readonly expr: string };
type Panel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
};
type Dashboard = { readonly schemaVersion: number; readonly uid: string; readonly panels: readonly Panel[] };

const dashboard: Dashboard = JSON.parse(
  readFileSync(new URL("../../../docs/dashboards/relay.json", import.meta.url), "utf8"),
);
const figures = dashboard.panels.filter(({ type }) => type !== "row");
const queries = figures.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join("\n");
const queried = new Set(queries.match(/\b(?:intentcast_relay|process)_[a-z_]+/g));

let stack: AsyncDisposableStack;
let metrics: string;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const house = loopbackHouse(stack);
  await house.relay("other", []);
  const { relay } = await house.relay("relay", ["other"]);
  metrics = await (await fetch(`${relay.url.replace("ws", "http")}/metrics`)).text();
});
afterEach(() => stack.disposeAsync());

test("every figure that it asks for is there", () => {
  // Counters with labels have no line until they have counted, but a type; a histogram's lines have names of their own.
  const there = new Set(metrics.match(/(?<=^# TYPE )\w+|^[a-z_]+/gm));
  expect(queried.size).toBeGreaterThan(25);
  expect([...queried].filter((name) => !there.has(name))).toEqual([]);
});

test("it shows every figure of the network", () => {
  const ofNetwork = [
    ...metrics.matchAll(/^# TYPE (intentcast_relay_(?:peer|known|joins|gossip|sync|topic)\w*)/gm),
  ]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "intentcast_relay_topic_peers");
  expect(ofNetwork.length).toBeGreaterThan(15);
  expect(ofNetwork.filter((name) => !queried.has(name))).toEqual([]);
});

test("labels that it groups by are the figures' own", () => {
  const grouped = [...queries.matchAll(/sum by \((\w+)\) \((?:rate\()?(intentcast_\w+)/g)];
  expect(grouped.length).toBeGreaterThan(5);
  // A counter with labels has no line until it has counted.
  const counted = grouped.filter(([, , name = ""]) => new RegExp(`^${name}\\{`, "m").test(metrics));
  const wrong = counted.filter(
    ([, label, name]) => !new RegExp(`^${name}\\{[^}]*${label}=`, "m").test(metrics),
  );
  expect(wrong.map(([text]) => text)).toEqual([]);
});

test("its panels have a number, a place and a sentence of their own", () => {
  expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const cells = figures.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(cells.every((cell) => Number(cell.split(",")[0]) < 24)).toBe(true);
  expect(figures.every(({ description = "" }) => description.endsWith("."))).toBe(true);
  for (const { targets = [] } of figures)
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
});
