/** A part of a measurement in a process of its own, so that its CPU time and its memory are its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What a child tells of itself when asked. */
export type Usage = {
  readonly cpuSeconds: number;
  /** Of the whole process. */
  readonly rssBytes: number;
  /** Of JavaScript's objects and buffers: steadier, and without what the allocator keeps for later. */
  readonly heldBytes: number;
};

export interface Child extends AsyncDisposable {
  /** Where it listens, if it does. */
  readonly port: number;
  usage(when?: "after collecting garbage"): Promise<Usage>;
}

/** From a child to its parent: that it is ready, and then one answer to each question. */
export type ChildSays = { readonly port: number } | Usage;

/** From a parent to its child: a question, with a collection of garbage before the answer if asked. */
export type ParentAsks = { readonly collect: boolean };

export type ChildOptions = {
  /** Where the child writes a CPU profile when it ends. */
  readonly profileFolder?: string | undefined;
};

async function answer<T extends ChildSays>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const death = once(child, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`a process of the measurement ended with ${code}`);
  });
  death.catch(() => {});
  try {
    const [said] = (await Promise.race([once(child, "message", { signal: ended.signal }), death])) as [T];
    return said;
  } finally {
    ended.abort();
  }
}

/** Starts a program of bench/processes with a configuration; resolves when it is ready. */
export async function startChild(
  program: string,
  config: object,
  { profileFolder }: ChildOptions = {},
): Promise<Child> {
  const profiling = profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const child = fork(join(import.meta.dirname, "..", "processes", program), [JSON.stringify(config)], {
    execArgv: ["--disable-warning=ExperimentalWarning", "--expose-gc", ...profiling],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const { port } = await answer<{ port: number }>(child);

  return {
    port,
    usage(when) {
      child.send({ collect: when !== undefined } satisfies ParentAsks);
      return answer<Usage>(child);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

/** CPU seconds that a child spends while the work is done, and how long the work takes. */
export async function spent<T>(
  child: Child,
  work: () => Promise<T>,
): Promise<{ cpuSeconds: number; seconds: number; result: T }> {
  const before = await child.usage("after collecting garbage");
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const after = await child.usage();
  return { cpuSeconds: after.cpuSeconds - before.cpuSeconds, seconds, result };
}
