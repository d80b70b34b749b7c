/** `intentcast conformance`: does a relay, whoever wrote it, keep the rules of the relay protocol? */
import { repeatable } from "../repeatable.ts";
import type { Verb } from "./verb.ts";

export type ConformanceFlags = {
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
    .action((address: string | undefined, flags: ConformanceFlags) =>
      act(async (context) => (await import("./conformance-run.ts")).conformance(address, flags, context)),
    );
