/** The conformance kit as its users run it: against a relay in a process of its own, which is killed and started again. */
import { execFile } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rules } from "@intentcast/conformance";
import { startRelay } from "@intentcast/relay";
import { temporaryFolder } from "@intentcast/testkit";
import { expect, it } from "vitest";
import { run as runProgram } from "../src/program.ts";
import type { Terminal } from "../src/terminal.ts";
import { records, run } from "./program.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const vectors = fileURLToPath(new URL("../../../spec/vectors", import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Limits within the kit's reach, so that no rule has to be left out. */
const limits = ["message=20000", "credit=300", "mailboxes=50", "subscriptions=30"];

/** A script that kills the relay as a loss of power would and starts it on the same data, as an implementer has one. */
async function writeRestart(folder: string, port: number): Promise<void> {
  const flags = limits.map((limit) => `--limit ${limit}`).join(" ");
  const script = `#!/bin/sh
set -eu
if [ -f pid ]; then kill -9 "$(cat pid)"; fi
: > out
"${process.execPath}" --disable-warning=ExperimentalWarning "${main}" relay --port ${port} --data data ${flags} > out 2> log &
echo $! > pid
until grep -q ws:// out; do kill -0 "$(cat pid)"; sleep 0.1; done
`;
  await writeFile(join(folder, "restart.sh"), script);
  await chmod(join(folder, "restart.sh"), 0o755);
}

/** Kills what the script has started last. */
async function killStarted(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, "pid"), "utf8"));
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The kit has stopped it.
  }
}

it("our relay keeps every rule, on SQLite and through kill -9 in a process of its own", async () => {
  await using folder = await temporaryFolder();
  const port = await freePort();
  await writeRestart(folder.path, port);
  await using stack = new AsyncDisposableStack();
  // The first time there is nothing to kill.
  await promisify(execFile)("./restart.sh", { cwd: folder.path });
  stack.defer(() => killStarted(folder.path));
  const options = ["--vectors", vectors, "--complete", "--json", "--timeout", "30s"];
  const commands = ["--restart", "./restart.sh", "--stop", 'kill -TERM "$(cat pid)"'];
  const checked = await run(folder.path, "conformance", `ws://127.0.0.1:${port}`, ...options, ...commands);
  const found = records(checked);
  expect(found.filter(({ event, outcome }) => event === "rule" && outcome !== "passed")).toEqual([]);
  expect(found.flatMap(({ rule }) => rule ?? [])).toEqual(rules.map(({ id }) => id));
  const figures = { event: "conformance", passed: rules.length, failed: 0, notExercised: 0 };
  expect(found.at(-1)).toMatchObject(figures);
  expect(checked.code, checked.err).toBe(0);
}, 120_000);

/** Runs the verb within this process; `said` hears each line of its output. */
async function conform(args: readonly string[], said?: (line: string, interrupt: () => void) => void) {
  const interruption = new AbortController();
  const out: string[] = [];
  const err: string[] = [];
  await using folder = await temporaryFolder();
  const terminal: Terminal = {
    out: (line) => {
      out.push(line);
      said?.(line, () => interruption.abort());
    },
    err: (line) => void err.push(line),
    readInput: async () => new Uint8Array(),
    env: {},
    folder: folder.path,
    interrupted: interruption.signal,
  };
  const code = await runProgram(["conformance", ...args], terminal);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

it("what a relay does wrong is told with what was expected, what came, and its place in the specification", async () => {
  await using relay = await startRelay({ port: 0, name: "nobody" });
  const checked = await conform([relay.url, "--rule", "connection", "--except", "connection/pong"]);
  expect(checked.code).toBe(1);
  const [, failure = ""] = /(^failed.*(?:\n .*)*)/m.exec(checked.out) ?? [];
  expect(failure.split("\n").map((line) => line.trim().replaceAll(/ +/g, " "))).toEqual([
    "failed connection/hello spec/08-relay-protocol.md#1-connection",
    rules.find(({ id }) => id === "connection/hello")?.says,
    `expected: the host and port of ${relay.url} as name`,
    "came: the name nobody",
  ]);
  expect(checked.out).toMatch(/: 3 passed, 1 failed, 0 not exercised$/);
});

it("what was not exercised is told with the reason, and fails only where everything was asked for", async () => {
  await using relay = await startRelay({ port: 0 });
  const some = [relay.url, "--rule", "restart/durable", "--rule", "http/healthz"];
  const checked = await conform(some);
  expect(checked.out).toMatch(
    /^not exercised +restart\/durable .*\n +the kit was not told how to restart the relay$/m,
  );
  expect(checked.code).toBe(0);
  expect((await conform([...some, "--complete"])).code).toBe(1);
  expect((await conform([relay.url, "--rule", "restart"])).code).toBe(1);
});

it("wrong usage and an address without a relay have an exit code of their own", async () => {
  const nobody = `ws://127.0.0.1:${await freePort()}`;
  for (const [args, says] of [
    [[], /name the relay's address/],
    [["http://relay.example"], /no relay's address/],
    [[nobody, "--rule", "credits"], /no rule credits/],
    [[nobody, "--rule", "credit", "--except", "credit"], /leaves no rule/],
    [[nobody, "--timeout", "soon"], /--timeout takes a span/],
    [[nobody], /cannot be reached: .*ECONNREFUSED/],
  ] as const) {
    const ended = await conform(args);
    expect([args, ended.code]).toEqual([args, 2]);
    expect(ended.err).toMatch(says);
  }
});

it("who interrupts the kit is told what it has found so far", async () => {
  await using relay = await startRelay({ port: 0 });
  const ended = await conform([relay.url, "--json"], (_, interrupt) => interrupt());
  expect(ended.code).toBe(130);
  expect(records(ended)).toMatchObject([
    { event: "rule" },
    { event: "conformance", passed: 1, interrupted: true },
  ]);
});

it("the rules can be listed without a relay", async () => {
  const listed = records(await conform(["--list", "--json"]));
  expect(listed.map(({ rule }) => rule)).toEqual(rules.map(({ id }) => id));
  const text = await conform(["--list", "--rule", "frame/nothing-after"]);
  expect(text.out).toMatch(
    /^frame\/nothing-after \(recommended\)\n {2}After .*\.\n {2}spec\/08-relay-protocol\.md#/,
  );
});
