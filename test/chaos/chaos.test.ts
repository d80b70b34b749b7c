/** A part of the chaos in the suite: real processes, fixed seeds, a few runs of each scenario. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import { diceOf } from "../fuzz/dice.ts";
import { Disk } from "./disk.ts";
import { scenarios } from "./scenarios/all.ts";
import { cutPower, record } from "./scenarios/power-loss.ts";
import { readTrace } from "./trace.ts";
import { testTraced } from "./traced-test.ts";

/** Some scenarios start dozens of processes. */
const timeoutMs = 180_000;

const shortRuns: Readonly<Record<string, number>> = {
  "relay-killed": 3,
  "clients-killed": 2,
  "relay-away": 3,
  "last-item": 2,
  "wrong-clock": 1,
  network: 2,
};

describe("promises hold when", () => {
  test.each(Object.entries(shortRuns))(
    "%s, %i times",
    async (name, runs) => {
      const figures = await scenarios[name]?.run(diceOf(2026, name), runs, () => undefined);
      expect(Object.keys(figures ?? {})).not.toEqual([]);
    },
    timeoutMs,
  );

  testTraced(
    "the power fails, and a disk that lies about what it has synchronised is found out",
    async () => {
      await using folder = await temporaryFolder();
      const recorded = await record(folder.path, 60, diceOf(2026, "power"));
      expect(await cutPower(recorded, 12, diceOf(1))).toMatchObject({
        acknowledged: recorded.messages.size,
        lost: 0,
      });
      const opened = recorded.calls.findIndex(({ type }) => type === "acknowledge");
      const calls = recorded.calls.filter(({ type }, i) => i < opened || type !== "sync");
      await expect(cutPower({ ...recorded, calls }, 12, diceOf(1))).rejects.toThrow(/outlives the power/);
    },
    timeoutMs,
  );
});

test("a power cut leaves what was synchronised, and of what was written since any part", () => {
  const disk = new Disk();
  disk.take({ type: "write", file: "a", at: 0, bytes: Uint8Array.of(1, 1) });
  disk.take({ type: "write", file: "a", at: 1, bytes: Uint8Array.of(2, 2) });
  // It began when the first was written, and the second was not.
  disk.take({ type: "sync", file: "a", began: 1 });
  expect([disk.isAtRisk("a"), disk.isAtRisk("b")]).toEqual([true, false]);
  const left = Array.from({ length: 50 }, (_, seed) => [...disk.afterPowerCut("a", diceOf(seed))].join(""));
  expect([...new Set(left)].sort()).toEqual(["11", "122"]);
});

test("a sync that other threads' calls came between has its place where it ended", async () => {
  await using folder = await temporaryFolder();
  const escaped = [...Buffer.from(join(folder.path, "a"))].map((byte) => `\\x${byte.toString(16)}`).join("");
  const write = (at: number) => `7 pwrite64(20<${escaped}>, "\\x0${at}", 1, ${at}) = 1`;
  const lines = [write(1), `8 fdatasync(21<${escaped}> <unfinished ...>`, write(2)];
  const trace = join(folder.path, "trace");
  await writeFile(
    trace,
    [...lines, "8 <... fdatasync resumed>) = 0", `7 fsync(20<${escaped}>) = 0`].join("\n"),
  );
  expect(await readTrace(trace, folder.path)).toEqual([
    { type: "write", file: "a", at: 1, bytes: Uint8Array.of(1) },
    { type: "write", file: "a", at: 2, bytes: Uint8Array.of(2) },
    { type: "sync", file: "a", began: 1 },
    { type: "sync", file: "a", began: 3 },
  ]);
});
