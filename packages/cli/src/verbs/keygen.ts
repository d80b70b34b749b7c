/** `intentcast keygen`: a new seed in a key file, and its words for the paper backup. */
import { join, resolve } from "node:path";
import { didKey, newSeed, seedToWords, sellerSigner, unwrap, wordsToSeed } from "@intentcast/protocol";
import { exitCodes, Failure, usage } from "../failure.ts";
import { readKeyFile, writeKeyFile } from "../key-file.ts";
import { systemRandom } from "../system.ts";
import type { Terminal } from "../terminal.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { file?: string; restore?: boolean; as: string; show?: boolean };

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
    .action((flags: Flags) => act((context) => keygen(flags, context)));

async function keygen({ file, restore, as, show }: Flags, { print, settings, terminal }: Context) {
  const path = file === undefined ? keyFileOf(settings.data, as) : resolve(terminal.folder, file);
  const seed = show ? await existingSeed(path) : restore ? await typedSeed(terminal) : newSeed(systemRandom);
  if (!show) await writeKeyFile(path, seed);
  const identity = as !== "buyer" ? didKey(sellerSigner(seed).publicKey) : undefined;
  const words = restore ? undefined : seedToWords(seed);
  print.say(
    { file: path, ...(identity && { identity }), ...(words && { words }) },
    [
      show ? path : `wrote ${path}`,
      ...(identity === undefined ? [] : [`your identity: ${identity}`]),
      ...(words === undefined
        ? []
        : ["", words, "", "These words are the only backup. Write them on paper now."]),
    ].join("\n"),
  );
  return exitCodes.done;
}

async function existingSeed(path: string): Promise<Uint8Array> {
  const seed = await readKeyFile(path);
  if (seed === undefined) throw new Failure(`there is no key file ${path}; without --show this makes one.`);
  return seed;
}

const typedSeed = async (terminal: Terminal): Promise<Uint8Array> =>
  unwrap(wordsToSeed(new TextDecoder().decode(await terminal.readInput())));

/** Where the key file of a role, the buyer or one of the shops, lies in the data folder. */
export function keyFileOf(data: string, role: string): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(role)) throw usage(`a role is a word such as seller; got ${role}`);
  return join(data, role, "seed.key");
}
