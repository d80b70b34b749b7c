/** The side of a child process: tells its parent when it is ready and what it uses, and ends when the parent does. */
import type { ParentAsks, Usage } from "../harness/child.ts";

/** What the parent wants of this process. */
export const configOf = <T>(): T => JSON.parse(process.argv[2] ?? "{}") as T;

/** Two collections: the first one runs the finalisers that the second one profits from. */
function collectGarbage(): void {
  for (let i = 0; i < 2; i++) globalThis.gc?.();
}

function usage({ collect }: ParentAsks): Usage {
  if (collect) collectGarbage();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuSeconds: (user + system) / 1e6, rssBytes: rss, heldBytes: heapUsed + external };
}

/** Says that all is ready, then answers until the parent lets go; `stop` is called once, and then the process ends. */
export function serveParent(port: number, stop: () => Promise<void>): void {
  process.on("message", (asked: ParentAsks) => process.send?.(usage(asked)));
  process.once("disconnect", () => {
    void stop().finally(() => process.exit());
  });
  // Ctrl-C reaches the whole group: the parent decides when this process ends.
  process.on("SIGINT", () => {});
  process.send?.({ port });
}
