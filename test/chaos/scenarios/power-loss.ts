/**
 * The power fails while the relay commits. The relay runs under strace; from its calls the disk is made as it was at any
 * moment, without what had not been synchronised, and a store opened on it. Where there is no strace, this is skipped.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { toHex } from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import { close } from "../../../packages/relay/test/messages.ts";
import { RawClient } from "../../../packages/relay/test/raw-client.ts";
import type { Dice } from "../../fuzz/dice.ts";
import { Disk } from "../disk.ts";
import { demand, type Figures, type Scenario, sum } from "../scenario.ts";
import { type Call, canTrace, readTrace, startTraced } from "../trace.ts";

const cli = fileURLToPath(new URL("../../../packages/cli/src/main.ts", import.meta.url));
const databaseName = "relay.sqlite";
const files = [databaseName, `${databaseName}-wal`];

export type Recorded = {
  readonly calls: readonly Call[];
  /** What was acknowledged, in hex, by position. */
  readonly messages: ReadonlyMap<number, string>;
};

/** A relay's calls while a client publishes, with some messages under way at a time. */
export async function record(folder: string, count: number, dice: Dice): Promise<Recorded> {
  const trace = join(folder, "trace");
  const flags = ["--data", folder, "--json", "relay", "--port", "0", "--log-level", "error"];
  const relay = await startTraced(trace, cli, flags);
  const messages = new Map<number, string>();
  {
    await using client = await RawClient.connect((JSON.parse(relay.line) as { url: string }).url);
    const issued = Math.floor(Date.now() / 1000);
    const window = dice.pick([1, 3, 20]);
    for (let sent = 0; sent < count; sent += window) {
      const group = Array.from({ length: window }, (_, i) =>
        close(sent + i, { issued, expires: issued + 86_400 }),
      );
      group.forEach(({ bytes }, i) => {
        client.send("publish", i, bytes);
      });
      for (const [, ref, { position }] of await client.take(window, "accepted")) {
        messages.set(position ?? 0, toHex(group[ref]?.bytes ?? new Uint8Array(0)));
      }
    }
  }
  await relay.stop();
  return { calls: await readTrace(trace, join(folder, "relay")), messages };
}

/** Opens what the disk holds after the power cut, and looks for everything that had been acknowledged. */
async function recover(
  disk: Disk,
  acknowledged: ReadonlySet<number>,
  messages: Recorded["messages"],
  dice: Dice,
) {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "relay"), { mode: 0o700 });
  for (const name of files) {
    const bytes = disk.afterPowerCut(name, dice);
    if (bytes.length > 0) await writeFile(join(folder.path, "relay", name), bytes, { mode: 0o600 });
  }
  using database = new DatabaseSync(join(folder.path, "relay", databaseName));
  const check = database.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
  demand(check === "ok", `the database is whole after a power cut, not: ${String(check)}`);
  const rows = database.prepare("SELECT position, bytes FROM message").all();
  const found = new Map(rows.map(({ position, bytes }) => [position as number, toHex(bytes as Uint8Array)]));
  for (const position of acknowledged) {
    demand(
      found.get(position) === messages.get(position),
      `what was acknowledged at ${position} outlives the power`,
    );
  }
}

/** Cuts the power at some of the calls. Throws where something that had been acknowledged is gone. */
export async function cutPower(
  { calls, messages }: Recorded,
  cutsWanted: number,
  dice: Dice,
): Promise<Figures> {
  const first = calls.findIndex(({ type }) => type === "acknowledge");
  const cuts = new Set(Array.from({ length: cutsWanted }, () => first + dice.below(calls.length - first)));
  const disk = new Disk();
  const acknowledged = new Set<number>();
  let atRisk = 0;
  for (const [i, call] of calls.entries()) {
    disk.take(call);
    if (call.type === "acknowledge") acknowledged.add(call.position);
    if (!cuts.has(i)) continue;
    await recover(disk, acknowledged, messages, dice);
    if (files.some((name) => disk.isAtRisk(name))) atRisk++;
  }
  demand(acknowledged.size === messages.size, "the trace holds every acknowledgement");
  return { acknowledged: acknowledged.size, powerCuts: cuts.size, withUnsynchronisedWrites: atRisk, lost: 0 };
}

async function trace(dice: Dice): Promise<Figures> {
  await using folder = await temporaryFolder();
  const recorded = await record(folder.path, 500, dice);
  return { traces: 1, ...(await cutPower(recorded, 60, dice)) };
}

export const powerLoss: Scenario = {
  about: "the power fails while the relay commits",
  runs: 10,
  run: async (dice, runs, say) => {
    if (!canTrace()) {
      say("skipped: there is no strace on this machine");
      return { skipped: runs };
    }
    const figures: Figures[] = [];
    for (let i = 0; i < runs; i++) {
      figures.push(await trace(dice));
      say(`${i + 1} traces, cut at every point`);
    }
    return sum(figures);
  },
};
