/** Trying a relay against the rules and telling what was found: what `intentcast conformance` does, loaded when it is called. */
import { resolve } from "node:path";
import { byCommand, type Checked, checkRelay, type Rule, rules, Unreachable } from "@intentcast/conformance";
import { field } from "@intentcast/protocol";
import { type ExitCode, exitCodes, Failure, usage } from "../failure.ts";
import { plain } from "../show/text.ts";
import type { ConformanceFlags } from "./conformance.ts";
import type { Context } from "./verb.ts";
import { span } from "./wish.ts";

export async function conformance(
  address: string | undefined,
  flags: ConformanceFlags,
  context: Context,
): Promise<ExitCode> {
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

function choose({ rule, except = [] }: ConformanceFlags): readonly Rule[] {
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

function optionsOf(chosen: readonly Rule[], flags: ConformanceFlags, { terminal, print }: Context) {
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
  { complete }: ConformanceFlags,
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
