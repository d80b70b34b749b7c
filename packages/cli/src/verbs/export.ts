/** `intentcast export` and `import`: a wallet's journal in one file, to carry to another machine. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { decodeExport, encodeExport } from "../export-file.ts";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { readBytes } from "../input.ts";
import type { Keys } from "../key-file.ts";
import { existingKeys, openJournal } from "../keys.ts";
import { isLocked, lock, lockedIn, unlock } from "../lock.ts";
import { howToGive } from "../passphrase.ts";
import { examples } from "./examples.ts";
import { roleOption } from "./role.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { as: string };

export const exportVerb: Verb = (program, act) =>
  void program
    .command("export")
    .summary("write a wallet's or shop's journal to a file")
    .description(
      "Writes everything that the wallet remembers, but not its keys: those are in the 24 words. On the other machine: " +
        "intentcast keygen --restore, then intentcast import. The file holds what you disclosed: keep it private. Where " +
        "the key file is locked, the file is locked with the same passphrase.",
    )
    .argument("<file>", "the file to write; it must not exist")
    .addOption(roleOption())
    .addHelpText("after", examples("export wallet.icj", "export shop.icj --as seller"))
    .action((file: string, flags: Flags) => act((context) => exportJournal(file, flags, context)));

export const importVerb: Verb = (program, act) =>
  void program
    .command("import")
    .summary("take a journal in from a file that export wrote")
    .argument("<file>")
    .addOption(roleOption())
    .addHelpText("after", examples("import wallet.icj", "import shop.icj --as seller --data elsewhere"))
    .action((file: string, flags: Flags) => act((context) => importJournal(file, flags, context)));

async function exportJournal(file: string, { as }: Flags, context: Context): Promise<ExitCode> {
  const { print, terminal } = context;
  const keys = await keysOf(as, context);
  await using journal = await openJournal(as, keys, context);
  const entries = await journal.read();
  const content = encodeExport(entries);
  const path = resolve(terminal.folder, file);
  const written = keys.passphrase === undefined ? content : await lock(content, keys.passphrase);
  await writeFile(path, written, { mode: 0o600, flag: "wx" });
  print.say(
    { event: "exported", file: path, entries: entries.length },
    `wrote ${entries.length} entries to ${path}`,
  );
  return exitCodes.done;
}

async function importJournal(file: string, { as }: Flags, context: Context): Promise<ExitCode> {
  const { print, terminal } = context;
  const content = await readBytes(file, terminal);
  const keys = await keysOf(as, context);
  const entries = decodeExport(isLocked(content) ? await unlocked(content, file, context) : content);
  await using journal = await openJournal(as, keys, context);
  if ((await journal.read()).length > 0)
    throw new Failure(`the journal of ${as} is not empty; nothing was imported.`);
  for (const { position: _, ...entry } of entries) await journal.append(entry);
  print.say({ event: "imported", entries: entries.length }, `took in ${entries.length} entries`);
  return exitCodes.done;
}

/** The passphrase that locked the export: it need not be the one that locks the keys here. */
async function unlocked(content: Uint8Array, file: string, { passphrase }: Context): Promise<Uint8Array> {
  const locked = lockedIn(content);
  if (locked === undefined) throw new Failure(`${file} is locked, and a part of it is missing`);
  const words = await passphrase.toOpen(file);
  if (words === undefined) throw new Failure(`${file} is locked with a passphrase; ${howToGive}`);
  const opened = await unlock(locked, words);
  if (opened === undefined) throw new Failure(`${file} does not open with this passphrase`);
  return opened;
}

const keysOf = (role: string, context: Context): Promise<Keys> => {
  const restore = `restore them first: intentcast keygen --as ${role} --restore`;
  return existingKeys(role, `there are no keys of ${role} in ${context.settings.data}; ${restore}`, context);
};
