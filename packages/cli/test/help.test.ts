/** What the program says of itself: help with examples that hold, for every verb; completions for shells. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { run } from "../src/program.ts";
import { runIn, run as runProcess } from "./program.ts";

vi.setConfig({ testTimeout: 120_000 });

async function says(...args: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const code = await run(args, {
    out: (line) => void lines.push(line),
    err: (line) => void lines.push(line),
    readInput: async () => new Uint8Array(),
    env: {},
    folder: "/nowhere",
    interrupted: new AbortController().signal,
  });
  return { code, out: lines.join("\n") };
}

const { out: main } = await says("--help");
const verbs = [...main.slice(main.indexOf("Commands:")).matchAll(/^ {2}([a-z]+) /gm)]
  .map(([, verb = ""]) => verb)
  .filter((verb) => verb !== "help" && verb !== "complete");
const flagsIn = (text: string): string[] => [...(text.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [])];

describe("help", () => {
  it("lists every verb, and how each run can end", () => {
    expect(verbs.length).toBeGreaterThanOrEqual(23);
    expect(main).toMatch(/Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nothing came in time/);
  });

  it.each([...verbs.map((verb) => [verb]), ["relay", "backup"], ["relay", "check"]])(
    "of %s %s has examples, with flags that there are",
    async (...verb) => {
      const { code, out } = await says(...verb, "--help");
      expect(code).toBe(0);
      const examples = out.slice(out.search(/^Examples?:$/m)).match(/^.*intentcast .*$/gm) ?? [];
      expect(examples.some((line) => line.startsWith(`  intentcast ${verb.join(" ")}`))).toBe(true);
      const known = new Set(flagsIn(out.slice(0, out.search(/^Examples?:$/m))).concat(flagsIn(main)));
      for (const flag of examples.flatMap(flagsIn)) expect(known).toContain(flag);
    },
  );
});

it("wrong usage is exit code 2, with a sentence", async () => {
  for (const args of [["nonsense"], ["cast"], ["offers", "--colour"], ["decline", "x", "--reason", "mood"]]) {
    const { code, out } = await says(...args);
    expect(code, args.join(" ")).toBe(2);
    expect(out).toMatch(/error: /);
  }
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish", "powershell"])(
    "has a script for %s that names the program",
    async (shell) => {
      await using folder = await temporaryFolder();
      const { code, out } = await runProcess(folder.path, "complete", shell);
      expect(code).toBe(0);
      expect(out).toContain("intentcast");
    },
  );

  it("completes verbs and flags", async () => {
    await using folder = await temporaryFolder();
    expect((await runProcess(folder.path, "complete", "--", "se")).out).toMatch(/^sell\t/m);
    expect((await runProcess(folder.path, "complete", "--", "sell", "--pa")).out).toMatch(
      /^--paid-at-once\t/m,
    );
  });
});

it("keeps what was compiled in the user's own cache, and does without where there can be none", async () => {
  await using folder = await temporaryFolder();
  const version = (env: Readonly<Record<string, string>>) => runIn(env, folder.path, "--version");
  const kept = await version({ XDG_CACHE_HOME: join(folder.path, "cache") });
  expect(await readdir(join(folder.path, "cache"))).toEqual(["intentcast"]);
  expect((await readdir(join(folder.path, "cache", "intentcast"))).length).toBeGreaterThan(0);
  await writeFile(join(folder.path, "file"), "no folder");
  expect(await version({ XDG_CACHE_HOME: join(folder.path, "file") })).toEqual(kept);
});
