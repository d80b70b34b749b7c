/** `intentcast relay`: runs a relay until it is interrupted. */
import { isIP } from "node:net";
import { join } from "node:path";
import type { LogLevel } from "@intentcast/relay";
import { InvalidArgumentError, Option } from "commander";
import { exitCodes } from "../failure.ts";
import { repeatable } from "../repeatable.ts";
import { defaultPort } from "../settings.ts";
import { systemClock } from "../system.ts";
import { untilInterrupted } from "../terminal.ts";
import { addRelayCare } from "./relay-care.ts";
import { checkLimit, checkQuota, figuresOf, limitNames } from "./relay-limits.ts";
import { addPeerFlags, type PeerFlags, peersOf } from "./relay-peers.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = PeerFlags & {
  host: string;
  port: number;
  name?: string;
  metricsPort?: number;
  metricsHost: string;
  proxy?: string[];
  readOnly?: boolean;
  verifiers?: number;
  limit?: string[];
  quota?: string[];
  logLevel: LogLevel;
};

const examples = `
Examples:
  intentcast relay --host 0.0.0.0 --name relay.example:443 --proxy 127.0.0.1 --metrics-port 9464
  intentcast relay --limit subscriptions=64 --quota address=100:1000 --quota author=off
  intentcast relay --join /dns4/relay.example/tcp/7448
  intentcast relay backup /backups/monday.sqlite
  intentcast relay check

SIGTERM or Ctrl-C ends it cleanly; SIGUSR2 turns newcomers away and ends it when the last client has gone.`;

export const relayVerb: Verb = (program, act) => {
  const command = addPeerFlags(
    program
      .command("relay")
      .summary("run a relay, back it up, check it")
      .description(
        "Runs a relay on SQLite in the data folder until Ctrl-C. Its log goes to standard error, a line of JSON each; " +
          "its state to /healthz, /readyz, /metrics (Prometheus), /network and, as JSON, to / on the same port.",
      )
      .option("--host <address>", "the address to listen on", "127.0.0.1")
      .option("--port <number>", "the port to listen on; 0 takes a free one", parsePort, defaultPort)
      .option(
        "--name <host:port>",
        "the name by which clients reach it, where that is another than host:port",
      )
      .option(
        "--metrics-port <number>",
        "serve /metrics and /network on this port, and not on the public one",
        parsePort,
      )
      .option("--metrics-host <address>", "the address that the metrics' port listens on", "127.0.0.1")
      .addOption(
        repeatable("--proxy <network>", "a proxy in front whose x-forwarded-for is believed", {
          parse: parseNetwork,
        }),
      )
      .option("--read-only", "take no messages, and serve those that are there")
      .option(
        "--verifiers <number>",
        "threads that check signatures, one fewer than there are cores unless given; 0 for none",
        parseVerifiers,
      )
      .addOption(
        repeatable("--limit <name=number>", `another limit than the default: ${limitNames.join(", ")}`, {
          parse: checkLimit,
        }),
      )
      .addOption(
        repeatable(
          "--quota <scope=rate>",
          "another quota, such as author=20:2000 (a second: at once), or off",
          {
            parse: checkQuota,
          },
        ),
      )
      .addOption(
        new Option("--log-level <level>", "the least that is logged")
          .choices(["debug", "info", "warn", "error"])
          .default("info"),
      ),
  )
    .addHelpText("after", examples)
    .action((flags: Flags) => act((context) => relay(flags, context)));
  addRelayCare(command, act);
};

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("a port is a number from 0 to 65535.");
}

function parseVerifiers(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= 64) return count;
  throw new InvalidArgumentError("the verifiers are a number from 0 to 64.");
}

/** An IP address, or a network such as 10.0.0.0/8. */
function parseNetwork(text: string): string {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version !== 0 && Number(bits ?? 0) <= (version === 6 ? 128 : 32)) return text;
  throw new InvalidArgumentError("a proxy is an IP address, or a network such as 10.0.0.0/8.");
}

async function relay(flags: Flags, { print, settings, terminal }: Context) {
  const { jsonLog, startRelay } = await import("@intentcast/relay");
  const { host, port, name, metricsPort, metricsHost, proxy, readOnly, verifiers, logLevel } = flags;
  const running = await startRelay({
    data: join(settings.data, "relay"),
    host,
    port,
    ...(name !== undefined && { name }),
    ...(metricsPort !== undefined && { metrics: { port: metricsPort, host: metricsHost } }),
    ...(proxy && { proxies: proxy }),
    ...(readOnly && { readOnly }),
    ...(verifiers !== undefined && { verifiers }),
    ...figuresOf(flags.limit ?? [], flags.quota ?? []),
    ...peersOf(flags),
    log: jsonLog((line) => terminal.err(line.trimEnd()), systemClock, logLevel),
  });
  const { url, metricsUrl } = running;
  const network = running.network();
  const peer = network && { id: network.id, addresses: network.addresses };
  const meets = peer === undefined ? "" : `; other relays know it as ${peer.addresses.join(", ") || peer.id}`;
  print.say(
    { url, metrics: metricsUrl, data: settings.data, ...(peer && { peer }) },
    `relay at ${url}${meets}; Ctrl-C stops it`,
  );
  process.on("SIGUSR2", running.drain);
  await Promise.race([untilInterrupted(terminal), running.closed()]);
  process.off("SIGUSR2", running.drain);
  await running.stop();
  return exitCodes.done;
}
