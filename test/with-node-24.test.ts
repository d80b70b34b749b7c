/** scripts/with-node-24.mjs hands over arguments, folder, signals and exit code, and starts a second time without npx. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const script = join(import.meta.dirname, "..", "scripts", "with-node-24.mjs");

/** In place of the real program: tells what it was given, then does what its last argument says. */
const program = `
const args: string[] = process.argv.slice(2);
if (args.at(-1) === "wait") {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {
    console.log(signal);
    process.exit(7);
  });
  setInterval(() => {}, 1000);
}
console.log(JSON.stringify({ args, cwd: process.cwd(), version: process.version }));
if (args.at(-1) === "fail") process.exit(5);
`;

/** In place of pnpm: leaves a line for each time it is called, and does as told. */
const pnpm = (code: number) => `#!/bin/sh\necho "$@" >> calls.txt\necho from pnpm\nexit ${code}\n`;

let root: string;

beforeEach(async () => {
  root = join(await realpath(await mkdtemp(join(tmpdir(), "with-node-"))), "a folder");
  for (const folder of ["scripts", "node_modules", "packages/cli/src", "tools"])
    await mkdir(join(root, folder), { recursive: true });
  await cp(script, join(root, "scripts", "with-node-24.mjs"));
  await writeFile(join(root, "packages/cli/src/main.ts"), program);
  await writeFile(join(root, "pnpm-lock.yaml"), "lock\n");
  await writeFile(join(root, "pnpm-workspace.yaml"), "workspace\n");
  await putPnpm(0);
  const lock = createHash("sha256").update("lock\n").update("workspace\n").digest("hex");
  await remember({ lock });
});

afterEach(() => rm(join(root, ".."), { recursive: true }));

const putPnpm = (code: number) => writeFile(join(root, "tools", "pnpm"), pnpm(code), { mode: 0o755 });
const remember = (more: { lock: string }) =>
  writeFile(
    join(root, "node_modules", ".intentcast.json"),
    JSON.stringify({ node: process.execPath, pnpm: join(root, "tools", "pnpm"), ...more }),
  );

function start(args: readonly string[], from = root): ChildProcess {
  const { npm_lifecycle_event: _, ...env } = process.env;
  return spawn(process.execPath, [join(root, "scripts", "with-node-24.mjs"), ...args], {
    cwd: root,
    env: { ...env, INIT_CWD: from },
  });
}

async function ended(child: ChildProcess) {
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => (out += chunk));
  child.stderr?.on("data", (chunk) => (err += chunk));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
}

it("arguments arrive as they were typed, in the folder where they were typed", async () => {
  const typed = ['a "b"', "it's", "", "$HOME *", "--flag"];
  const { code, out, err } = await ended(start(["intentcast", ...typed], join(root, "tools")));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toEqual({ args: typed, cwd: join(root, "tools"), version: process.version });
});

it("start runs the demonstration", async () => {
  const { out } = await ended(start(["start", "--once"]));
  expect(JSON.parse(out).args).toEqual(["demo", "--once"]);
});

it.each(["fuzz", "chaos"])("%s runs the program of that name among the tests", async (name) => {
  await mkdir(join(root, "test", name), { recursive: true });
  await writeFile(join(root, "test", name, "main.ts"), program);
  const { out } = await ended(start([name, "--seed", "7"]));
  expect(JSON.parse(out)).toMatchObject({ args: ["--seed", "7"], cwd: root });
});

it("the exit code is the program's", async () => {
  expect((await ended(start(["intentcast", "fail"]))).code).toBe(5);
});

it.each(["SIGTERM", "SIGINT"] as const)("%s reaches the program, and its end is awaited", async (signal) => {
  const child = start(["intentcast", "wait"]);
  child.stdout?.once("data", () => child.kill(signal));
  const { code, out } = await ended(child);
  expect(out.split("\n")[1]).toBe(signal);
  expect(code).toBe(7);
});

it("nothing is installed while the lockfile stays as it was", async () => {
  await ended(start(["intentcast"]));
  await expect(readFile(join(root, "calls.txt"), "utf8")).rejects.toThrow("ENOENT");
});

it("another lockfile is installed once, in silence", async () => {
  await remember({ lock: "another" });
  const { out, err } = await ended(start(["intentcast"]));
  await ended(start(["intentcast"]));
  expect(out).not.toContain("from pnpm");
  expect(err).not.toContain("from pnpm");
  expect(await readFile(join(root, "calls.txt"), "utf8")).toBe("install --frozen-lockfile\n");
});

it("an installation that fails is shown, tried again, and nothing runs", async () => {
  await remember({ lock: "another" });
  await putPnpm(3);
  for (const _ of [1, 2]) {
    const { code, out, err } = await ended(start(["intentcast"]));
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain("from pnpm");
  }
});

it("an unknown command is refused", async () => {
  expect((await ended(start(["dance"]))).code).toBe(2);
});
