/** What a flag does not say, the environment says, or config.json: one name for all three. */
import type { Command, Option } from "commander";
import { usage } from "./failure.ts";

/** `--postal-code` is INTENTCAST_POSTAL_CODE in the environment and `postalCode` in config.json. */
export const environmentName = (option: Option): string =>
  `INTENTCAST_${(option.long ?? "").replace(/^--/, "").replaceAll("-", "_").toUpperCase()}`;

export type Source = {
  /** Where the value comes from, for people. */
  readonly name: (option: Option) => string;
  readonly value: (option: Option) => unknown;
};

export const environment = (env: Readonly<Record<string, string | undefined>>): Source => ({
  name: environmentName,
  value: (option) => {
    const text = env[environmentName(option)];
    return isList(option) ? text?.split(",").map((part) => part.trim()) : text;
  },
});

/** Fields are the flags' names; one that no flag of the command has is refused, so that none is misspelt. */
export function configuration(
  command: Command,
  fields: Readonly<Record<string, unknown>>,
  file: string,
): Source {
  const names = command.options.map((option) => option.attributeName());
  const unknown = Object.keys(fields).find((field) => !names.includes(field));
  if (unknown !== undefined) throw usage(`${file}: unknown field ${unknown}`);
  return {
    name: (option) => `${file}: ${option.attributeName()}`,
    value: (option) => fields[option.attributeName()],
  };
}

/** Gives every option that no earlier source has set the source's value, checked as a flag's would be. */
export function settle(command: Command, source: Source): void {
  for (const option of command.options) {
    const name = option.attributeName();
    const value = source.value(option);
    if (value === undefined || ["cli", "settled"].includes(command.getOptionValueSource(name) ?? ""))
      continue;
    command.setOptionValueWithSource(name, parse(option, value, source.name(option)), "settled");
  }
}

const isList = (option: Option): boolean => option.description.endsWith("(may be repeated)");

function parse(option: Option, value: unknown, from: string): unknown {
  if (option.isBoolean()) return truth(value, from);
  const texts = (Array.isArray(value) ? value : [value]).map((one) => {
    if (typeof one === "string" || typeof one === "number") return String(one);
    throw usage(`${from}: takes text; got ${JSON.stringify(one)}`);
  });
  if (texts.length !== 1 && !isList(option)) throw usage(`${from}: takes one value; got ${texts.length}`);
  try {
    return texts.reduce<unknown>(
      (earlier, text) => option.parseArg?.(text, earlier as never) ?? text,
      undefined,
    );
  } catch (error) {
    throw usage(`${from}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function truth(value: unknown, from: string): boolean {
  if (value === true || value === "true" || value === "1") return true;
  if (value === false || value === "false" || value === "0" || value === "") return false;
  throw usage(`${from}: takes true or false; got ${JSON.stringify(value)}`);
}
