/** The keys and the journal of one role in the data folder: the buyer's, or a shop's; locked together if at all. */
import { hkdfSync } from "node:crypto";
import { join } from "node:path";
import type { Journal } from "@intentcast/journal";
import { sealedJournal, unsealedJournal } from "@intentcast/journal/sealed";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { Failure, usage } from "./failure.ts";
import { ensureKeyFile, type Keys, readKeyFile } from "./key-file.ts";
import type { Context } from "./verbs/verb.ts";

/** Where the key file of a role, the buyer or one of the shops, lies in the data folder. */
export function keyFileOf(data: string, role: string): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(role)) throw usage(`a role is a word such as seller; got ${role}`);
  return join(data, role, "seed.key");
}

/** The keys of a role; made where there are none. */
export const ensureKeys = (
  role: string,
  { settings, passphrase }: Context,
): Promise<{ keys: Keys; made: boolean }> => ensureKeyFile(keyFileOf(settings.data, role), passphrase);

/** The keys of a role, which must be there already; `absent` tells people what to do where they are not. */
export async function existingKeys(role: string, absent: string, context: Context): Promise<Keys> {
  const { settings, passphrase } = context;
  const keys = await readKeyFile(keyFileOf(settings.data, role), passphrase);
  if (keys === undefined) throw new Failure(absent);
  return keys;
}

/**
 * Opens the role's journal, sealed where its key file is locked. It is sealed with a key that comes from the seed, so that
 * the passphrase is worked out once, and the words alone open a journal whose passphrase is forgotten.
 */
export async function openJournal(role: string, keys: Keys, { settings }: Context): Promise<Journal> {
  const journal = sqliteJournal(join(settings.data, role, "journal.sqlite"));
  if (keys.passphrase === undefined) return unsealedJournal(journal);
  try {
    // scrypt slows down whoever guesses; nobody guesses 32 random bytes.
    return await sealedJournal(journal, journalKey(keys.seed), { cost: 1 });
  } catch (error) {
    await journal[Symbol.asyncDispose]();
    throw error;
  }
}

const journalKey = (seed: Uint8Array): string =>
  Buffer.from(hkdfSync("sha256", seed, "", "intentcast/cli/v1/journal", 32)).toString("hex");
