/** The command line: its verbs, the flags that all of them take, and how each run ends. */
import addCompletion from "@bomb.sh/tab/commander";
import { Command, CommanderError } from "commander";
import { type ExitCode, exitCodes, explain } from "./failure.ts";
import { passphraseFrom } from "./passphrase.ts";
import { printerFor } from "./printer.ts";
import { commonOptions, settingsOf, settleAll } from "./settings.ts";
import type { Terminal } from "./terminal.ts";
import { awardVerb } from "./verbs/award.ts";
import { castVerb } from "./verbs/cast.ts";
import { conformanceVerb } from "./verbs/conformance.ts";
import { counterVerb } from "./verbs/counter.ts";
import { declineVerb } from "./verbs/decline.ts";
import { demoVerb } from "./verbs/demo.ts";
import { exportVerb, importVerb } from "./verbs/export.ts";
import { inspectVerb } from "./verbs/inspect.ts";
import { keygenVerb } from "./verbs/keygen.ts";
import { networkVerb } from "./verbs/network.ts";
import { noteVerb } from "./verbs/note.ts";
import { offersVerb } from "./verbs/offers.ts";
import { ordersVerb } from "./verbs/orders.ts";
import { receiptVerb } from "./verbs/receipt.ts";
import { recoverVerb } from "./verbs/recover.ts";
import { relayVerb } from "./verbs/relay.ts";
import { sellVerb } from "./verbs/sell.ts";
import { statusVerb } from "./verbs/status.ts";
import { updateVerb } from "./verbs/update.ts";
import type { Act, Context, Verb } from "./verbs/verb.ts";
import { verifyVerb } from "./verbs/verify.ts";
import { watchVerb } from "./verbs/watch.ts";
import { withdrawVerb } from "./verbs/withdraw.ts";
import { version } from "./version.ts";

const verbs: readonly Verb[] = [
  demoVerb,
  castVerb,
  offersVerb,
  counterVerb,
  declineVerb,
  awardVerb,
  withdrawVerb,
  ordersVerb,
  noteVerb,
  sellVerb,
  updateVerb,
  receiptVerb,
  watchVerb,
  statusVerb,
  relayVerb,
  networkVerb,
  keygenVerb,
  recoverVerb,
  exportVerb,
  importVerb,
  inspectVerb,
  verifyVerb,
  conformanceVerb,
];

const epilogue = `
What a flag does not say, the environment may (INTENTCAST_RELAY for --relay, with commas between several), or
config.json in the data folder ({ "relay": ["wss://…"], "sell": { "floor": "0.9" } }).

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nothing came in time, 130 interrupted.`;

/** Runs the program once with these arguments; resolves to its exit code. Never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode = exitCodes.done as ExitCode;
  const program = new Command("intentcast")
    .description("Tell the market what you want; sellers compete for it. No platform in the middle.")
    .version(version)
    .showHelpAfterError("(--help shows what may be said)")
    .addHelpText("after", epilogue)
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .exitOverride();

  for (const option of commonOptions()) program.addOption(option);
  let context: Context | undefined;
  program.hook("preAction", (_, verb) => {
    settleAll(program, verb, terminal);
    const settings = settingsOf(program, verb.name(), terminal);
    const passphrase = passphraseFrom(settings.passphraseFile, terminal);
    context = { settings, terminal, print: printerFor(terminal, settings.json), passphrase };
  });
  const act: Act = async (action) => {
    if (context !== undefined) exitCode = await action(context);
  };
  for (const verb of verbs) verb(program, act);
  addCompletion(program);

  try {
    await program.parseAsync(args, { from: "user" });
    const isCutShort = exitCode === exitCodes.nothingCame && terminal.interrupted.aborted;
    return isCutShort ? exitCodes.interrupted : exitCode;
  } catch (error) {
    if (terminal.interrupted.aborted && error === terminal.interrupted.reason) {
      terminal.err("intentcast: interrupted; the same command goes on from here");
      return exitCodes.interrupted;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { exitCode: failed, ...failure } = explain(error);
    if (program.opts()["json"] === true) terminal.out(JSON.stringify({ error: failure }));
    terminal.err(`intentcast: ${failure.message}`);
    return failed;
  }
}
