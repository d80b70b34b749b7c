/** Where a passphrase comes from: a file, the environment, or the terminal without an echo; never the command line. */
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { Failure, usage } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** More than anybody types: a file beyond this is another file. */
const mostBytes = 4096;

const waysToGive = "set INTENTCAST_PASSPHRASE or name a file that holds it with --passphrase-file";

export type Passphrase = {
  /** The one that a file or the environment says. */
  readonly given: () => Promise<string | undefined>;
  /** The one given, else the one typed for opening this; undefined where nobody can be asked. */
  readonly toOpen: (path: string) => Promise<string | undefined>;
  /** The one given, else one typed twice. */
  readonly chosen: () => Promise<string>;
};

export function passphraseFrom(file: string | undefined, terminal: Terminal): Passphrase {
  const given = async (): Promise<string | undefined> => {
    const text = file === undefined ? terminal.env["INTENTCAST_PASSPHRASE"] : await readPassphrase(file);
    if (text === "") throw usage("the passphrase is empty");
    return text;
  };
  const readPassphrase = (path: string) => firstLineOf(resolve(terminal.folder, path));
  return {
    given,
    toOpen: async (path) => (await given()) ?? terminal.ask?.(`passphrase of ${path}: `, "hidden"),
    async chosen() {
      const known = await given();
      if (known !== undefined) return known;
      if (terminal.ask === undefined) throw usage(`there is nobody to ask for a passphrase; ${waysToGive}`);
      const first = await terminal.ask("new passphrase: ", "hidden");
      if (first === "") throw usage("the passphrase is empty");
      if ((await terminal.ask("once more: ", "hidden")) !== first)
        throw new Failure("the two passphrases differ; nothing was written.");
      return first;
    },
  };
}

/** What to do where a passphrase is missing. */
export const howToGive = `run it in a terminal, ${waysToGive}`;

/** A pipe will do, so that a password manager can be asked: --passphrase-file <(pass show intentcast). */
async function firstLineOf(path: string): Promise<string> {
  await using file = await open(path);
  const { mode, size, isFile } = await file.stat().then((found) => ({ ...found, isFile: found.isFile() }));
  if (isFile && process.platform !== "win32" && (mode & 0o077) !== 0)
    throw new Failure(
      `${path} holds a passphrase, and others may read or write it; run: chmod 600 '${path}'`,
    );
  if (isFile && size > mostBytes) throw new Failure(`${path} is too long for a passphrase`);
  return (await file.readFile("utf8")).split(/\r?\n/, 1)[0] as string;
}
