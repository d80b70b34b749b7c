/** The settings that every verb has, settled from flags, the environment, config.json and defaults. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { field } from "@intentcast/protocol";
import { type Command, InvalidArgumentError, Option } from "commander";
import { usage } from "./failure.ts";
import { repeatable } from "./repeatable.ts";
import { configuration, environment, settle } from "./settle.ts";
import type { Terminal } from "./terminal.ts";

export type Settings = {
  /** Where keys, journals and the relay's store live. */
  readonly data: string;
  readonly relays: readonly string[];
  /** The currency of prices written without one. */
  readonly currency: string;
  readonly json: boolean;
  /** Of the file that holds the passphrase of key files. */
  readonly passphraseFile?: string;
};

export const defaultPort = 7447;
export const defaultRelay = `ws://127.0.0.1:${defaultPort}`;

type CommonFlags = {
  data?: string;
  relay?: string[];
  currency: string;
  json?: boolean;
  passphraseFile?: string;
};

const parseRelay = (text: string): string => {
  if (field.relayAddress.safeParse(text).success) return text;
  throw new InvalidArgumentError("a relay's address begins with ws:// or wss://.");
};

const parseCurrency = (text: string): string => {
  if (field.currency.safeParse(text).success) return text;
  throw new InvalidArgumentError("a currency is an ISO 4217 code such as USD.");
};

export const commonOptions = (): readonly Option[] => [
  new Option("--data <folder>", "where keys, journals and stores live"),
  repeatable("--relay <address>", `a relay to speak to, else ${defaultRelay}`, { parse: parseRelay }),
  new Option("--currency <code>", "the currency of prices without one")
    .argParser(parseCurrency)
    .default("USD"),
  new Option(
    "--passphrase-file <path>",
    "the passphrase of key files, else INTENTCAST_PASSPHRASE, else asked",
  ),
  new Option("--json", "one line of JSON for each result, and nothing else on standard output"),
];

/** Verbs that make their data folder where they are started, unless told otherwise. */
const startsHere: ReadonlySet<string> = new Set(["demo"]);

/**
 * Settles the options of the program and of one of its verbs. In config.json the verb's own stand under its name:
 * `{ "relay": ["wss://relay.example"], "sell": { "floor": "0.9" } }`.
 */
export function settleAll(program: Command, verb: Command, terminal: Terminal): void {
  const said = environment(terminal.env);
  settle(program, said);
  settle(verb, said);
  const { path, fields } = readConfig(dataOf(program, verb.name(), terminal));
  const verbs = program.commands.map((command) => command.name());
  // `relay` is a flag of all verbs, a list, and a verb, an object.
  const common = Object.entries(fields).filter(([name, value]) => !(verbs.includes(name) && isRecord(value)));
  settle(program, configuration(program, Object.fromEntries(common), path));
  const own = fields[verb.name()];
  settle(verb, configuration(verb, isRecord(own) ? own : {}, path));
}

export function settingsOf(program: Command, verb: string, terminal: Terminal): Settings {
  const { relay = [defaultRelay], currency, json = false, passphraseFile } = program.opts<CommonFlags>();
  return {
    data: dataOf(program, verb, terminal),
    relays: relay,
    currency,
    json,
    ...(passphraseFile !== undefined && { passphraseFile }),
  };
}

/** The folder named, else `.intentcast` in this folder where there is one or should be one, else in the home folder. */
function dataOf(program: Command, verb: string, terminal: Terminal): string {
  const { data } = program.opts<CommonFlags>();
  if (data !== undefined) return resolve(terminal.folder, data);
  const here = resolve(terminal.folder, ".intentcast");
  return startsHere.has(verb) || existsSync(here) ? here : join(homedir(), ".intentcast");
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readConfig(data: string): { path: string; fields: Record<string, unknown> } {
  const path = join(data, "config.json");
  if (!existsSync(path)) return { path, fields: {} };
  let fields: unknown;
  try {
    fields = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw usage(`${path} is not JSON; mend it or remove it.`);
  }
  if (!isRecord(fields)) throw usage(`${path} holds no object; mend it or remove it.`);
  return { path, fields };
}
