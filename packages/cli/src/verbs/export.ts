/** `intentcast export` and `import`: a wallet's journal in one file, to carry to another machine. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { decodeExport, encodeExport } from "../export-file.ts";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { readBytes } from "../input.ts";
import { readKeyFile } from "../key-file.ts";
import { keyFileOf } from "./keygen.ts";
import { roleOption } from "./role.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { as: string };

export const exportVerb: Verb = (program, act) =>
  void program
    .command("export")
    .summary("write a wallet's or shop's journal to a file")
    .description(
      "Writes everything that the wallet remembers, but not its keys: those are in the 24 words. On the other machine: " +
        "intentcast keygen --restore, then intentcast import. The file holds what you disclosed: keep it private.",
    )
    .argument("<file>", "the file to write; it must not exist")
    .addOption(roleOption())
    .action((file: string, flags: Flags) => act((context) => exportJournal(file, flags, context)));

export const importVerb: Verb = (program, act) =>
  void program
    .command("import")
    .summary("take a journal in from a file that export wrote")
    .argument("<file>")
    .addOption(roleOption())
    .action((file: string, flags: Flags) => act((context) => importJournal(file, flags, context)));

const journalOf = (data: string, role: string): string => join(data, role, "journal.sqlite");

async function exportJournal(
  file: string,
  { as }: Flags,
  { print, settings, terminal }: Context,
): Promise<ExitCode> {
  await requireKey(settings.data, as);
  await using journal = sqliteJournal(journalOf(settings.data, as));
  const entries = await journal.read();
  const path = resolve(terminal.folder, file);
  await writeFile(path, encodeExport(entries), { mode: 0o600, flag: "wx" });
  print.say(
    { event: "exported", file: path, entries: entries.length },
    `wrote ${entries.length} entries to ${path}`,
  );
  return exitCodes.done;
}

async function importJournal(
  file: string,
  { as }: Flags,
  { print, settings, terminal }: Context,
): Promise<ExitCode> {
  const entries = decodeExport(await readBytes(file, terminal));
  await requireKey(settings.data, as);
  await using journal = sqliteJournal(journalOf(settings.data, as));
  if ((await journal.read()).length > 0)
    throw new Failure(`the journal of ${as} is not empty; nothing was imported.`);
  for (const { position: _, ...entry } of entries) await journal.append(entry);
  print.say({ event: "imported", entries: entries.length }, `took in ${entries.length} entries`);
  return exitCodes.done;
}

async function requireKey(data: string, role: string): Promise<void> {
  if ((await readKeyFile(keyFileOf(data, role))) === undefined) {
    throw new Failure(
      `there are no keys of ${role} in ${data}; restore them first: intentcast keygen --as ${role} --restore`,
    );
  }
}
