/** A part of the mutants in the suite: a fixed seed, and enough of each maker to meet the usual mistakes. */
import { expect, test } from "vitest";
import { describeWithPython } from "../reference/python.ts";
import { compare } from "./compare.ts";
import { makers } from "./makers.ts";
import type { Answer, Question } from "./question.ts";
import { startTheirs, type Theirs } from "./theirs.ts";

const names = Object.keys(makers);

describeWithPython("mutants", () => {
  test("get one verdict from both implementations", async () => {
    await using theirs = startTheirs();
    const { verdicts, differences } = await compare(theirs, { names, seed: 2026, first: 0, count: 1500 });
    expect(differences).toEqual([]);
    expect([...verdicts.keys()]).toEqual(names);
    const counts = [...verdicts.values()].map((each) => [...each.values()].reduce((a, b) => a + b, 0));
    expect(counts.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(1500);
    const seen = new Set([...verdicts.values()].flatMap((each) => [...each.keys()]));
    expect(seen.size).toBeGreaterThan(50);
  }, 120_000);

  test("on which the second implementation breaks down are told as differences", async () => {
    await using theirs = startTheirs();
    const [answer] = await theirs.ask([{ input: "words", parts: [Uint8Array.of(0xff)] }]);
    expect(answer?.expect).toMatch(/^crash: UnicodeDecodeError/);
  });
});

/** Answers everything alike. */
const echo = (answer: Answer): Theirs => ({
  ask: async (questions: readonly Question[]) => questions.map(() => answer),
  [Symbol.asyncDispose]: async () => undefined,
});

test("a difference is found again from the maker's name, the seed and its number", async () => {
  const wrong = echo({ expect: "decode/cbor-float" });
  const run = (first: number, count: number) => compare(wrong, { names: ["gate"], seed: 7, first, count });
  const { differences } = await run(0, 10);
  const third = differences[2];
  expect(third?.ours).not.toEqual(third?.theirs);
  expect((await run(third?.place ?? -1, 1)).differences).toEqual([third]);
});

test("a run stops when it has found more than anybody will read", async () => {
  const { differences, verdicts } = await compare(echo({ expect: "" }), {
    names,
    seed: 1,
    first: 0,
    count: 100_000,
  });
  expect(differences.length).toBe(20);
  expect([...verdicts.values()].at(-1)?.size).toBe(0);
});
