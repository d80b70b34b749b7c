/** A part of the fuzz in the suite: a fixed seed, and enough inputs of each target to meet the usual mistakes. */
import { describe, expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";
import { Finding, type Target } from "./target.ts";
import { targets } from "./targets/all.ts";

describe("every promise holds for", () => {
  test.each(Object.entries(targets))("%s", async (name, target) => {
    const count = Math.min(3000, Math.ceil(target.count / 20));
    const report = await fuzz({ name, target, seed: 2026, count });
    expect(report.failures).toEqual([]);
    expect(report.inputs).toBe(count);
    expect(Object.keys(report.verdicts).length).toBeGreaterThan(1);
  });
});

describe("the fuzzer itself", () => {
  /** Breaks its promise for inputs that hold an 0xee. */
  const broken: Target = {
    count: 100,
    make: (dice) => dice.bytes(200),
    check: (input) => {
      if (input.includes(0xee)) throw new Finding(`0xee at ${input.indexOf(0xee)}`);
      return "accepted";
    },
  };

  test("finds a broken promise once, with the shortest input that breaks it", async () => {
    const { failures, verdicts } = await fuzz({ name: "broken", target: broken, seed: 1, count: 50 });
    expect(failures).toMatchObject([{ hex: "ee" }]);
    expect(verdicts["FAILED"]).toBeGreaterThan(1);
  });

  test("makes an input again from the seed and its number", async () => {
    const plan = { name: "broken", target: broken, seed: 1 };
    const { failures } = await fuzz({ ...plan, count: 50 });
    const index = failures[0]?.index ?? -1;
    expect((await fuzz({ ...plan, first: index, count: 1 })).failures).toEqual(failures);
  });

  test("makes other inputs from another seed", async () => {
    const made = async (seed: number) =>
      (await fuzz({ name: "x", target: broken, seed, count: 50 })).failures[0]?.message;
    expect(await made(1)).not.toBe(await made(2));
  });
});
