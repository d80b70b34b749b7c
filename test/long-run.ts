/** What the long runs (fuzz, mutants, chaos, simulate) read from their command lines; what is wrong ends the program with how to use it. */
import { parseArgs } from "node:util";

export type LongRun = {
  /** An option that is a whole number; undefined where it is not given and nothing stands for it. */
  readonly wholeNumber: (name: string, least: number) => number | undefined;
  /** The names in an option, parted by commas; all those known where it says `all`. */
  readonly names: (option: string, known: readonly string[]) => readonly string[];
};

export function readLongRun(usage: string, defaults: Readonly<Record<string, string | undefined>>): LongRun {
  function fail(message: string): never {
    process.stderr.write(`${message}\n${usage}\n`);
    process.exit(2);
  }

  const values = (() => {
    try {
      const named = Object.fromEntries(
        Object.keys(defaults).map((name) => [name, { type: "string" as const }]),
      );
      const { help, ...given } = parseArgs({ options: { ...named, help: { type: "boolean" } } }).values;
      if (help === true) {
        console.log(usage);
        process.exit(0);
      }
      return { ...defaults, ...given } as Readonly<Record<string, string | undefined>>;
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
  })();

  const text = (name: string): string => values[name] ?? "";
  return {
    wholeNumber(name, least) {
      if (values[name] === undefined) return undefined;
      const value = Number(text(name));
      if (Number.isSafeInteger(value) && value >= least) return value;
      return fail(`--${name} is a number from ${least}`);
    },
    names(option, known) {
      const names = text(option) === "all" ? known : text(option).split(",");
      const unknown = names.find((name) => !known.includes(name));
      return unknown === undefined ? names : fail(`no ${option} ${unknown}`);
    },
  };
}
