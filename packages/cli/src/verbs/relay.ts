/** `intentcast relay`: runs a relay until it is interrupted. */
import { join } from "node:path";
import { jsonLog, type LogLevel, startRelay } from "@intentcast/relay";
import { InvalidArgumentError, Option } from "commander";
import { exitCodes } from "../failure.ts";
import { defaultPort } from "../settings.ts";
import { systemClock } from "../system.ts";
import { untilInterrupted } from "../terminal.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { host: string; port: number; name?: string; logLevel: LogLevel };

export const relayVerb: Verb = (program, act) =>
  void program
    .command("relay")
    .summary("run a relay")
    .description(
      "Runs a relay on SQLite in the data folder until Ctrl-C. Its log goes to standard error, a line of JSON each; " +
        "its state to /healthz, /metrics (Prometheus) and, as JSON, to / on the same port.",
    )
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .option("--port <number>", "the port to listen on; 0 takes a free one", parsePort, defaultPort)
    .option("--name <host:port>", "the name by which clients reach it, where that is another than host:port")
    .addOption(
      new Option("--log-level <level>", "the least that is logged")
        .choices(["debug", "info", "warn", "error"])
        .default("info"),
    )
    .action((flags: Flags) => act((context) => relay(flags, context)));

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("a port is a number from 0 to 65535.");
}

async function relay({ host, port, name, logLevel }: Flags, { print, settings, terminal }: Context) {
  const running = await startRelay({
    data: join(settings.data, "relay"),
    host,
    port,
    ...(name !== undefined && { name }),
    log: jsonLog((line) => terminal.err(line.trimEnd()), systemClock, logLevel),
  });
  print.say({ url: running.url, data: settings.data }, `relay at ${running.url}; Ctrl-C stops it`);
  await untilInterrupted(terminal);
  await running[Symbol.asyncDispose]();
  return exitCodes.done;
}
