/** Networks of relays, simulated: fifty seeds of crashes, partitions, silences, wrong clocks and a hostile peer. */
import { describe, expect, test } from "vitest";
import { simulate } from "./simulate.ts";

/** So many seeds in each test, so that a failing one is found by the name of its test and a number in its message. */
const seedsATest = 5;
const firsts = Array.from({ length: 10 }, (_, i) => 1 + i * seedsATest);

describe("every promise of a network holds", () => {
  test.each(firsts)(
    "from seed %i on",
    async (first) => {
      for (let seed = first; seed < first + seedsATest; seed++) {
        const figures = await simulate(seed).catch((error: unknown) => {
          throw new Error(`again: npm run simulate -- --seed ${seed} --runs 1`, { cause: error });
        });
        expect(figures["acknowledged"]).toBeGreaterThan(100);
      }
    },
    120_000,
  );
});

test("a seed says the same again", async () => {
  expect(await simulate(3)).toEqual(await simulate(3));
});

describe("it is noticed", () => {
  /** Whether one of some seeds breaks a promise. */
  async function breaks(without: "sync" | "denials"): Promise<string> {
    for (let seed = 1; seed <= 10; seed++) {
      const broken = await simulate(seed, without).then(
        () => "",
        (error: Error) => error.message,
      );
      if (broken !== "") return broken;
    }
    return "nothing is broken";
  }

  test("when relays do not catch up", async () => {
    expect(await breaks("sync")).toMatch(/are missing|hold the same/);
  }, 120_000);

  test("when relays do not remember whom they denied", async () => {
    expect(await breaks("denials")).toMatch(/nobody speaks to the hostile peer/);
  }, 120_000);
});
