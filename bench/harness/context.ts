/** What a figure works with: how much it may do, and the processes and folders that end with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RelayConfig } from "@intentcast/relay";
import type { Sellers } from "../market/filter.ts";
import { type Child, startChild } from "./child.ts";

export type Context = {
  /** A quick look at whether all works: the figures mean little. */
  readonly isQuick: boolean;
  /** Messages stored before stored queries are measured. */
  readonly storedMessages: number;
  /** Filters that stand while the whole relay is measured. */
  readonly standingFilters: number;
  /** Whose filters they are. */
  readonly sellers: Sellers;
  /** Relays write their CPU profiles here. */
  readonly profileFolder: string | undefined;
  /** Tells somebody who waits what is going on. */
  readonly progress: (says: string) => void;
};

/** The first number in earnest, the second for a quick look. */
export const sized = ({ isQuick }: Context, full: number, quick: number): number => (isQuick ? quick : full);

/** A folder that goes with the figure, or with this process if that comes first. */
export function temporaryFolder(stack: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), "intentcast-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  stack.defer(() => {
    process.off("exit", remove);
    remove();
  });
  return folder;
}

type PlainConfig = Pick<RelayConfig, "limits" | "connections" | "network">;

/** A relay with its store on the disk, and no limit in the way of the figure. */
export async function startRelay(
  { profileFolder }: Context,
  stack: AsyncDisposableStack,
  config: PlainConfig = {},
): Promise<Child> {
  const data = join(temporaryFolder(stack), "data");
  return stack.use(
    await startChild("relay-process.ts", { data, quotas: "off", ...config }, { profileFolder }),
  );
}

/** The bare WebSocket server, see bench/processes/bare-websocket.ts. */
export const startBareServer = async (
  stack: AsyncDisposableStack,
  config: { readonly broadcast?: boolean } = {},
): Promise<Child> => stack.use(await startChild("bare-websocket.ts", config));
