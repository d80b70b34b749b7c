/** `intentcast relay`: runs a relay until it is interrupted. */
import { join } from "node:path";
import { jsonLog, type LogLevel, startRelay } from "@intentcast/relay";
import { InvalidArgumentError, Option } from "commander";
import { exitCodes } from "../failure.ts";
import { repeatable } from "../repeatable.ts";
import { defaultPort } from "../settings.ts";
import { systemClock } from "../system.ts";
import { untilInterrupted } from "../terminal.ts";
import { addRelayCare } from "./relay-care.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = {
  host: string;
  port: number;
  name?: string;
  metricsPort?: number;
  proxy?: string[];
  readOnly?: boolean;
  quotas: "on" | "off";
  logLevel: LogLevel;
};

const examples = `
Examples:
  intentcast relay --host 0.0.0.0 --name relay.example:443 --proxy 127.0.0.1 --metrics-port 9464
  intentcast relay backup /backups/monday.sqlite
  intentcast relay check

SIGTERM or Ctrl-C ends it cleanly; SIGUSR2 turns newcomers away and ends it when the last client has gone.`;

export const relayVerb: Verb = (program, act) => {
  const command = program
    .command("relay")
    .summary("run a relay, back it up, check it")
    .description(
      "Runs a relay on SQLite in the data folder until Ctrl-C. Its log goes to standard error, a line of JSON each; " +
        "its state to /healthz, /readyz, /metrics (Prometheus) and, as JSON, to / on the same port.",
    )
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .option("--port <number>", "the port to listen on; 0 takes a free one", parsePort, defaultPort)
    .option("--name <host:port>", "the name by which clients reach it, where that is another than host:port")
    .option(
      "--metrics-port <number>",
      "serve /metrics on this port of 127.0.0.1, and not in public",
      parsePort,
    )
    .addOption(repeatable("--proxy <network>", "a proxy in front whose x-forwarded-for is believed"))
    .option("--read-only", "take no messages, and serve those that are there")
    .addOption(
      new Option("--quotas <switch>", "limits on how much a client may ask in a time")
        .choices(["on", "off"])
        .default("on"),
    )
    .addOption(
      new Option("--log-level <level>", "the least that is logged")
        .choices(["debug", "info", "warn", "error"])
        .default("info"),
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

async function relay(flags: Flags, { print, settings, terminal }: Context) {
  const { host, port, name, metricsPort, proxy, readOnly, quotas, logLevel } = flags;
  const running = await startRelay({
    data: join(settings.data, "relay"),
    host,
    port,
    ...(name !== undefined && { name }),
    ...(metricsPort !== undefined && { metrics: { port: metricsPort } }),
    ...(proxy && { proxies: proxy }),
    ...(readOnly && { readOnly }),
    ...(quotas === "off" && { quotas }),
    log: jsonLog((line) => terminal.err(line.trimEnd()), systemClock, logLevel),
  });
  const { url, metricsUrl } = running;
  print.say({ url, metrics: metricsUrl, data: settings.data }, `relay at ${url}; Ctrl-C stops it`);
  process.on("SIGUSR2", running.drain);
  await Promise.race([untilInterrupted(terminal), running.closed()]);
  process.off("SIGUSR2", running.drain);
  await running.stop();
  return exitCodes.done;
}
