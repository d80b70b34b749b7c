/** Runs a program of ours as a process of its own, and listens to what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** A running program. Disposing of it interrupts it and waits for its end. */
export type Running = AsyncDisposable & {
  /** Resolves to the first line of standard output, past or future, in which the pattern occurs. */
  readonly says: (pattern: RegExp) => Promise<string>;
  /** The same of standard error. */
  readonly complains: (pattern: RegExp) => Promise<string>;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
};

/** A test that runs out of time disposes of nothing. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

type Surroundings = { readonly input?: string; readonly env?: Readonly<Record<string, string>> };

/** One for all tests: what has been compiled need not be compiled for each of their folders. */
const cache = join(tmpdir(), "intentcast-tests");

/** Starts `node file args…` in a folder that is also its home, with a text on standard input and nothing inherited but a cache. */
export function startNode(
  folder: string,
  file: string,
  args: readonly string[] = [],
  { input = "", env = {} }: Surroundings = {},
): Running {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: cache, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  running.add(child);
  child.once("close", () => running.delete(child));
  const waiting = new Set<() => void>();
  let isOver = false;
  const wake = (): void => {
    for (const check of [...waiting]) check();
  };
  const linesOf = (stream: Readable): string[] => {
    const lines: string[] = [];
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      wake();
    });
    return lines;
  };
  const [out, err] = [linesOf(child.stdout), linesOf(child.stderr)];
  const ended = collect(child, out, err).finally(() => {
    isOver = true;
    wake();
  });

  const occurs = (lines: readonly string[], pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const line = lines.find((one) => pattern.test(one));
        if (line === undefined && !isOver) return;
        waiting.delete(check);
        if (line !== undefined) resolve(line);
        else reject(new Error(`ended without ${pattern}: ${out.join("\n")}\n${err.join("\n")}`));
      };
      waiting.add(check);
      check();
    });

  return {
    says: (pattern) => occurs(out, pattern),
    complains: (pattern) => occurs(err, pattern),
    signal: (name) => void child.kill(name),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGINT");
      await ended;
    },
  };
}

async function collect(child: ChildProcess, out: readonly string[], err: readonly string[]): Promise<Ended> {
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
