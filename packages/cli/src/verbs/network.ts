/** `intentcast network`: how a relay stands among other relays, live. */
import { setTimeout as wait } from "node:timers/promises";
import { type ExitCode, exitCodes, Failure, usage } from "../failure.ts";
import { readNetwork } from "../network-document.ts";
import { defaultPort } from "../settings.ts";
import { networkLines } from "../show/network.ts";
import type { Context, Verb } from "./verb.ts";
import { span } from "./wish.ts";

type Flags = { every: string; once?: true; topics?: true };

const defaultAddress = `http://127.0.0.1:${defaultPort}`;

/** Moves to the top left of a screen, and clears it. */
const clear = "\u001b[H\u001b[2J";

const examples = `
Examples:
  intentcast network
  intentcast network http://127.0.0.1:9464 --every 10s --topics
  intentcast network --once --json

A relay tells of its network where its metrics are: on its own port, or on that of --metrics-port.`;

export const networkVerb: Verb = (program, act) =>
  void program
    .command("network")
    .summary("show how a relay stands among other relays")
    .description(
      "Shows the relays that a running relay is connected to, with their scores and what was exchanged with each, how far it has caught " +
        "up, and how late it is; again and again, until Ctrl-C.",
    )
    .argument("[address]", "where the relay's metrics are", defaultAddress)
    .option("--every <span>", "how often to look", "2s")
    .option("--once", "look once")
    .option("--topics", "show the topics, too")
    .addHelpText("after", examples)
    .action((address: string, flags: Flags) => act((context) => network(address, flags, context)));

async function network(address: string, flags: Flags, context: Context): Promise<ExitCode> {
  const { print, terminal } = context;
  const everyMs = 1000 * span(flags.every, "every");
  const { interrupted, isScreen = false } = terminal;
  const at = addressOf(address);
  for (;;) {
    const status = await readNetwork(at, interrupted);
    if (interrupted.aborted) return exitCodes.done;
    if (status === undefined)
      throw new Failure(`the relay at ${at} is in no network; see --join of intentcast relay.`);
    const lines = networkLines(status, { topics: flags.topics ?? false });
    print.say(status, `${isScreen && !flags.once ? clear : ""}${lines.join("\n")}\n`);
    if (flags.once) return exitCodes.done;
    await wait(everyMs, undefined, { signal: interrupted }).catch(() => undefined);
    if (interrupted.aborted) return exitCodes.done;
  }
}

function addressOf(address: string): string {
  const url = URL.parse(address.replace(/^ws/, "http"));
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.origin;
  throw usage(`${address} is no address of a relay's metrics, such as ${defaultAddress}.`);
}
