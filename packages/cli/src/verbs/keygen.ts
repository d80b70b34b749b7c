/** `intentcast keygen`: a new seed in a key file, and its words for the paper backup. */
import { resolve } from "node:path";
import { didKey, newSeed, seedToWords, sellerSigner, unwrap, wordsToSeed } from "@intentcast/protocol";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { type Keys, readKeyFile, writeKeyFile } from "../key-file.ts";
import { keyFileOf } from "../keys.ts";
import { systemRandom } from "../system.ts";
import type { Terminal } from "../terminal.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { file?: string; restore?: boolean; as: string; show?: boolean; lock?: boolean };

const examples = `
Examples:
  intentcast keygen --lock
  intentcast keygen --as seller --show
  intentcast keygen --restore --data /media/new-laptop/intentcast
  INTENTCAST_PASSPHRASE="$(pass show intentcast)" intentcast keygen --restore < words.txt

A key file that is made while a passphrase is given, by INTENTCAST_PASSPHRASE or --passphrase-file, is locked with it, and so
is the journal beside it. Every verb then needs the passphrase, or asks for it.`;

export const keygenVerb: Verb = (program, act) =>
  void program
    .command("keygen")
    .summary("make a seed, and show its words once for your paper backup")
    .description(
      "Makes a seed from which all keys of a buyer or of a seller are derived, writes it to a key file that only you " +
        "can read, and prints its 24 words. Who has the words has everything: write them on paper, not in a file.",
    )
    .option("--file <path>", "the key file (default: the role's, in the data folder)")
    .option("--as <role>", "whose: buyer, or the folder of a shop, such as seller", "buyer")
    .option("--show", "print the words of the key file that is there already, for its paper backup")
    .option("--restore", "read 24 words from standard input instead of making new ones")
    .option("--lock", "lock the key file and the journal with a passphrase, asked for where none is given")
    .addHelpText("after", examples)
    .action((flags: Flags) => act((context) => keygen(flags, context)));

async function keygen({ file, restore, as, show, lock }: Flags, context: Context): Promise<ExitCode> {
  const { print, settings, terminal } = context;
  const path = file === undefined ? keyFileOf(settings.data, as) : resolve(terminal.folder, file);
  const keys = show ? await shown(path, context) : await made(restore === true, lock === true, context);
  if (!show) await writeKeyFile(path, keys);
  const { seed } = keys;
  const locked = keys.passphrase !== undefined;
  const identity = as !== "buyer" ? didKey(sellerSigner(seed).publicKey) : undefined;
  const words = restore ? undefined : seedToWords(seed);
  print.say(
    { file: path, locked, ...(identity && { identity }), ...(words && { words }) },
    [
      show ? path : `wrote ${path}${locked ? ", locked with your passphrase" : ""}`,
      ...(identity === undefined ? [] : [`your identity: ${identity}`]),
      ...(words === undefined
        ? []
        : ["", words, "", "These words are the only backup. Write them on paper now."]),
    ].join("\n"),
  );
  return exitCodes.done;
}

async function shown(path: string, { passphrase }: Context): Promise<Keys> {
  const keys = await readKeyFile(path, passphrase);
  if (keys === undefined) throw new Failure(`there is no key file ${path}; without --show this makes one.`);
  return keys;
}

async function made(restore: boolean, lock: boolean, { passphrase, terminal }: Context): Promise<Keys> {
  const seed = restore ? await typedSeed(terminal) : newSeed(systemRandom);
  const words = lock ? await passphrase.chosen() : await passphrase.given();
  return { seed, ...(words !== undefined && { passphrase: words }) };
}

async function typedSeed({ ask, readInput }: Terminal): Promise<Uint8Array> {
  const words = (await ask?.("your 24 words: ", "shown")) ?? new TextDecoder().decode(await readInput());
  return unwrap(wordsToSeed(words));
}
