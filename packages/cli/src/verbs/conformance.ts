/** `intentcast conformance`: does a relay, whoever wrote it, keep the rules of the relay protocol? */
import { resolve } from "node:path";
import { byCommand, type Checked, checkRelay, type Rule, rules, Unreachable } from "@intentcast/conformance";
import { field } from "@intentcast/protocol";
import { type ExitCode, exitCodes, Failure, usage } from "../failure.ts";
import { repeatable } from "../repeatable.ts";
import { plain } from "../show/text.ts";
import type { Context, Verb } from "./verb.ts";
import { span } from "./wish.ts";

type Flags = {
  rule?: string[];
  except?: string[];
  list?: true;
  restart?: string;
  stop?: string;
  vectors?: string;
  timeout: string;
  patience: string;
  complete?: true;
};

const examples = `
Examples:
  intentcast conformance ws://127.0.0.1:7447
  intentcast conformance ws://127.0.0.1:7447 --restart ./kill-and-start.sh --vectors spec/vectors --complete
  intentcast conformance wss://relay.example --rule credit --rule mailbox/replay --timeout 30s
  intentcast conformance --list

The command of --restart must kill the relay as a loss of power would (kill -9), start it again on the same data, and
return. It is run by the shell, here. --stop asks the relay to shut down in an orderly way (kill -TERM); it is tried last.

Rules are tried one after the other, with keys made for each: they need no relay of their own, but what they publish stays on
it for some ten minutes. What is "not exercised" is not claimed.

Exit codes: 0 no rule failed, 1 one did (with --complete: or was not exercised), 2 wrong usage or no relay there.`;

export const conformanceVerb: Verb = (program, act) =>
  void program
    .command("conformance")
    .summary("check any relay against the relay protocol, rule by rule")
    .description(
      "Connects to a relay and tries each rule of the relay protocol from outside, and says of each whether the relay keeps it, " +
        "with its place in the specification. The relay may be written by anybody, in any language.",
    )
    .argument("[address]", "the relay's ws:// or wss:// address")
    .addOption(repeatable("--rule <id>", "only this rule, or all of an area such as credit"))
    .addOption(repeatable("--except <id>", "not this rule, or none of an area"))
    .option("--list", "list the rules, and connect to nobody")
    .option("--restart <command>", "kills the relay and starts it again; without, restarts are not exercised")
    .option("--stop <command>", "asks the relay to shut down; without, that is not exercised")
    .option("--vectors <folder>", "also try the specification's vectors, in this folder")
    .option("--timeout <span>", "how long each single answer may take", "10s")
    .option(
      "--patience <span>",
      "how long to wait, for a rule, for a relay that says to come back later",
      "1min",
    )
    .option("--complete", "fail where a rule is not exercised, too")
    .addHelpText("after", examples)
    .action((address: string | undefined, flags: Flags) =>
      act((context) => conformance(address, flags, context)),
    );

async function conformance(address: string | undefined, flags: Flags, context: Context): Promise<ExitCode> {
  const chosen = choose(flags);
  if (flags.list) return list(chosen, context);
  if (address === undefined)
    throw usage("name the relay's address, such as ws://127.0.0.1:7447, or use --list.");
  if (!field.relayAddress.safeParse(address).success)
    throw usage(`${address} is no relay's address: it begins with ws:// or wss://.`);
  const found: Checked[] = [];
  try {
    for await (const checked of checkRelay(address, optionsOf(chosen, flags, context))) {
      found.push(checked);
      tell(checked, context);
    }
  } catch (error) {
    if (error instanceof Unreachable) throw new Failure(plain(error.message), exitCodes.usage);
    if (!context.terminal.interrupted.aborted) throw error;
  }
  return conclude(address, found, flags, context);
}

const isNamed = ({ id }: Rule, names: readonly string[]): boolean =>
  names.some((name) => id === name || id.startsWith(`${name}/`));

function choose({ rule, except = [] }: Flags): readonly Rule[] {
  const unknown = [...(rule ?? []), ...except].find((name) => !rules.some((one) => isNamed(one, [name])));
  if (unknown !== undefined)
    throw usage(`there is no rule ${unknown}, and no area of that name; see --list.`);
  const chosen = rules.filter((one) => (rule === undefined || isNamed(one, rule)) && !isNamed(one, except));
  if (chosen.length === 0) throw usage("--except leaves no rule of those named.");
  return chosen;
}

const place = ({ spec }: Rule): string => `spec/${spec}`;

function list(chosen: readonly Rule[], { print }: Context): ExitCode {
  for (const rule of chosen) {
    const { id, says, recommended } = rule;
    const level = recommended ? " (recommended)" : "";
    print.say(
      { rule: id, says, spec: place(rule), ...(recommended && { recommended }) },
      `${id}${level}\n  ${says}\n  ${place(rule)}`,
    );
  }
  return exitCodes.done;
}

function optionsOf(chosen: readonly Rule[], flags: Flags, { terminal, print }: Context) {
  const { restart, stop, vectors } = flags;
  const { folder, interrupted } = terminal;
  return {
    rules: chosen,
    timeoutSeconds: span(flags.timeout, "timeout"),
    patienceSeconds: span(flags.patience, "patience"),
    ...(restart !== undefined && { restart: byCommand(restart, folder, interrupted) }),
    ...(stop !== undefined && { stop: byCommand(stop, folder, interrupted) }),
    ...(vectors !== undefined && { vectors: resolve(folder, vectors) }),
    signal: interrupted,
    waits: ({ id }: Rule, why: string, seconds: number) =>
      print.tell(`${id}: the relay says ${plain(why)}; trying again in ${seconds} s`),
  };
}

/** One rule: a line where it passed, and what there is to know where it did not. */
function tell({ rule, finding, ms }: Checked, { print }: Context): void {
  const { id, says, recommended } = rule;
  const head = `${finding.outcome.padEnd(13)}  ${id.padEnd(28)}`;
  const details =
    finding.outcome === "failed"
      ? [
          `${says}${recommended ? " (recommended)" : ""}`,
          `expected: ${finding.expected}`,
          `came:     ${finding.came}`,
        ]
      : finding.outcome === "not exercised"
        ? [finding.why]
        : [];
  const lines = [`${head}  ${place(rule)}`, ...details.map((one) => `${" ".repeat(15)}${plain(one)}`)];
  const record = {
    event: "rule",
    rule: id,
    says,
    spec: place(rule),
    ...(recommended && { recommended }),
    ...finding,
    ms,
  };
  print.say(record, lines.join("\n"));
}

function conclude(
  address: string,
  found: readonly Checked[],
  { complete }: Flags,
  { print, terminal }: Context,
): ExitCode {
  const count = (outcome: string) => found.filter(({ finding }) => finding.outcome === outcome).length;
  const [passed, failed, notExercised] = [count("passed"), count("failed"), count("not exercised")];
  const interrupted = terminal.interrupted.aborted;
  print.say(
    {
      event: "conformance",
      relay: address,
      passed,
      failed,
      notExercised,
      ...(interrupted && { interrupted }),
    },
    `${address}: ${passed} passed, ${failed} failed, ${notExercised} not exercised${interrupted ? "; interrupted" : ""}`,
  );
  if (interrupted) return exitCodes.interrupted;
  const isSilent = passed === 0 || (complete === true && notExercised > 0);
  return failed > 0 || isSilent ? exitCodes.refused : exitCodes.done;
}
