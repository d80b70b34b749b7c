/** The command line: its verbs, the flags that all of them take, and how each run ends. */
import { Command, CommanderError } from "commander";
import { type ExitCode, exitCodes, explain } from "./failure.ts";
import { printerFor } from "./printer.ts";
import { repeatable } from "./repeatable.ts";
import { type CommonFlags, readSettings } from "./settings.ts";
import type { Terminal } from "./terminal.ts";
import { awardVerb } from "./verbs/award.ts";
import { castVerb } from "./verbs/cast.ts";
import { demoVerb } from "./verbs/demo.ts";
import { inspectVerb } from "./verbs/inspect.ts";
import { keygenVerb } from "./verbs/keygen.ts";
import { offersVerb } from "./verbs/offers.ts";
import { ordersVerb } from "./verbs/orders.ts";
import { relayVerb } from "./verbs/relay.ts";
import { sellVerb } from "./verbs/sell.ts";
import type { Act, Verb } from "./verbs/verb.ts";
import { verifyVerb } from "./verbs/verify.ts";
import { watchVerb } from "./verbs/watch.ts";
import { version } from "./version.ts";

const verbs: readonly Verb[] = [
  demoVerb,
  castVerb,
  offersVerb,
  awardVerb,
  ordersVerb,
  sellVerb,
  watchVerb,
  relayVerb,
  keygenVerb,
  inspectVerb,
  verifyVerb,
];

const epilogue = `
Settings come from a flag, else the environment (INTENTCAST_DATA, INTENTCAST_RELAYS, INTENTCAST_CURRENCY),
else config.json in the data folder, else the default.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nothing came in time, 130 interrupted.`;

/** Runs the program once with these arguments; resolves to its exit code. Never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = new Command("intentcast")
    .description("Tell the market what you want; sellers compete for it. No platform in the middle.")
    .version(version)
    .option("--data <folder>", "where keys, journals and stores live")
    .addOption(repeatable("--relay <address>", "a relay to speak to, else ws://127.0.0.1:7447"))
    .option("--currency <code>", "the currency of prices without one (default: USD)")
    .option("--json", "one line of JSON for each result, and nothing else on standard output")
    .showHelpAfterError("(--help shows what may be said)")
    .addHelpText("after", epilogue)
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .exitOverride();

  const act: Act = async (action, { dataHere = false } = {}) => {
    const settings = readSettings(program.opts<CommonFlags>(), terminal, dataHere);
    exitCode = await action({ settings, terminal, print: printerFor(terminal, settings.json) });
  };
  for (const verb of verbs) verb(program, act);

  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { exitCode: failed, ...failure } = explain(error);
    if (program.opts<CommonFlags>().json) terminal.out(JSON.stringify({ error: failure }));
    terminal.err(`intentcast: ${failure.message}`);
    return failed;
  }
}
