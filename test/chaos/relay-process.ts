/** The relay as an operator runs it, `intentcast relay`, in a process that can be killed and started again. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RelayConfig } from "@intentcast/relay";
import { type Running, startNode } from "@intentcast/testkit";

const cli = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

export type RelayProcess = AsyncDisposable & {
  readonly url: string;
  /** kill -9; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
};

/** A port that is free now, for a relay that shall come back to it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a relay on a data folder, with further flags; resolves when it listens. */
export async function startRelayProcess(
  folder: string,
  port = 0,
  further: readonly string[] = [],
): Promise<RelayProcess> {
  const flags = ["--data", folder, "--json", "relay", "--port", String(port), "--log-level", "error"];
  return ready(startNode(folder, cli, [...flags, ...further]));
}

/** A relay with its clock so many seconds ahead, or behind where that is negative; in memory unless the config has a data folder. */
export async function startRelayWithClock(
  folder: string,
  aheadSeconds: number,
  config: RelayConfig = {},
): Promise<RelayProcess> {
  const program = join(import.meta.dirname, "programs", "relay-with-clock.ts");
  return ready(startNode(folder, program, [String(aheadSeconds), JSON.stringify(config)]));
}

async function ready(running: Running): Promise<RelayProcess> {
  const { url } = JSON.parse(await running.says(/"url"/)) as { url: string };
  return {
    url,
    kill: async () => {
      running.signal("SIGKILL");
      await running.ended;
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
