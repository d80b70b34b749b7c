/** Settings: a flag, else the environment, else config.json in the data folder, else the default. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { describeIssue } from "@intentcast/protocol";
import * as z from "zod/mini";
import { usage } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** The flags that every verb takes. */
export type CommonFlags = { data?: string; relay?: string[]; currency?: string; json?: boolean };

export type Settings = {
  /** Where keys, journals and the relay's store live. */
  readonly data: string;
  readonly relays: readonly string[];
  /** The currency of prices written without one. */
  readonly currency: string;
  readonly json: boolean;
};

export const defaultPort = 7447;
export const defaultRelay = `ws://127.0.0.1:${defaultPort}`;

const relayAddress = z.string().check(z.regex(/^wss?:\/\/[!-~]+$/, "a ws:// or wss:// address"));
const currency = z.string().check(z.regex(/^[A-Z]{3}$/, "an ISO 4217 code such as USD"));

/** config.json: every field may be absent, none may be misspelt. */
const configFile = z.strictObject({
  relays: z.exactOptional(z.array(relayAddress)),
  currency: z.exactOptional(currency),
});

function readConfig(data: string): z.infer<typeof configFile> {
  const path = join(data, "config.json");
  if (!existsSync(path)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw usage(`${path} is not JSON; mend it or remove it.`);
  }
  const parsed = z.safeParse(configFile, value);
  if (parsed.success) return parsed.data;
  throw usage(`${path}: ${describeIssue(parsed.error)}`);
}

/** `.intentcast` in this folder where there is one or should be one, else in the home folder. */
function defaultData(terminal: Terminal, dataHere: boolean): string {
  const local = resolve(terminal.folder, ".intentcast");
  return dataHere || existsSync(local) ? local : join(homedir(), ".intentcast");
}

const list = (text: string | undefined): string[] | undefined => text?.split(",").map((part) => part.trim());

function checked<T>(schema: z.ZodMiniType<T>, value: unknown, name: string): T {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw usage(`${name}: ${describeIssue(parsed.error)}; got ${JSON.stringify(value)}`);
}

export function readSettings(flags: CommonFlags, terminal: Terminal, dataHere = false): Settings {
  const { env } = terminal;
  const data = resolve(
    terminal.folder,
    flags.data ?? env["INTENTCAST_DATA"] ?? defaultData(terminal, dataHere),
  );
  const config = readConfig(data);
  const relays = flags.relay ?? list(env["INTENTCAST_RELAYS"]) ?? config.relays ?? [defaultRelay];
  const code = flags.currency ?? env["INTENTCAST_CURRENCY"] ?? config.currency ?? "USD";
  return {
    data,
    relays: relays.map((address) => checked(relayAddress, address, "relay")),
    currency: checked(currency, code, "currency"),
    json: flags.json ?? false,
  };
}
