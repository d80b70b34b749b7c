/** `intentcast relay backup` and `relay check`: the care of a relay's store, while it runs or not. */
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type ExitCode, exitCodes } from "../failure.ts";
import { examples } from "./examples.ts";
import type { Act, Context } from "./verb.ts";

export function addRelayCare(relay: Command, act: Act): void {
  relay
    .command("backup")
    .summary("copy the store while the relay runs")
    .description(
      "Writes everything that is stored at this moment to a new file. To restore it, put it in an empty data folder as " +
        "relay/relay.sqlite and start a relay there: it gets a new store id, so that clients read from its start.",
    )
    .argument("<file>", "the file to write; it must not exist")
    .addHelpText("after", examples("relay backup /backups/relay.sqlite"))
    .action((file: string) => act((context) => backup(file, context)));
  relay
    .command("check")
    .summary("read and verify everything in the store again")
    .description(
      "Checks the database, and every message in it as if it had just come. Exits 1 where something is wrong.",
    )
    .argument("[file]", "a backup; without: the data folder's store")
    .addHelpText("after", examples("relay check", "relay check /backups/relay.sqlite"))
    .action((file: string | undefined) => act((context) => check(file, context)));
}

async function backup(file: string, { print, settings, terminal }: Context): Promise<ExitCode> {
  const { backUp } = await import("@intentcast/relay");
  const path = resolve(terminal.folder, file);
  const { messages, head } = backUp(join(settings.data, "relay"), path);
  print.say({ event: "backup", file: path, messages, head }, `wrote ${messages} messages to ${path}`);
  return exitCodes.done;
}

async function check(file: string | undefined, { print, settings, terminal }: Context): Promise<ExitCode> {
  const { checkStore, databaseFile } = await import("@intentcast/relay");
  const path =
    file === undefined ? databaseFile(join(settings.data, "relay")) : resolve(terminal.folder, file);
  const { faults, faultCount, ...checked } = checkStore(path, {
    progress: (messages, of) => print.tell(`${messages} of ${of}`),
  });
  for (const { position, what } of faults) {
    print.say({ event: "fault", position, what }, `position ${position ?? "-"}: ${what}`);
  }
  const verdict = faultCount === 0 ? "all as they were accepted" : `${faultCount} faults`;
  print.say(
    { event: "checked", file: path, ...checked, faultCount },
    `${checked.messages} messages, ${verdict}`,
  );
  return faultCount === 0 ? exitCodes.done : exitCodes.refused;
}
