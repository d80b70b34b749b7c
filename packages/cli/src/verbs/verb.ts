/** What every verb is: flags and arguments for commander, and a function that does it and says how it went. */
import type { Command } from "commander";
import type { ExitCode } from "../failure.ts";
import type { Passphrase } from "../passphrase.ts";
import type { Printer } from "../printer.ts";
import type { Settings } from "../settings.ts";
import type { Terminal } from "../terminal.ts";

export type Context = {
  readonly settings: Settings;
  readonly print: Printer;
  readonly terminal: Terminal;
  readonly passphrase: Passphrase;
};

/** Runs a verb's action in its context; the program exits with what it returns. */
export type Act = (action: (context: Context) => Promise<ExitCode>) => Promise<void>;

/** Adds one verb to the program. */
export type Verb = (program: Command, act: Act) => void;
