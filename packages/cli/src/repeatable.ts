/** An option that may be given several times. It never swallows the words that follow it. */
import { InvalidArgumentError, Option } from "commander";

type Values = { readonly choices?: readonly string[]; readonly parse?: (text: string) => string };

export function repeatable(flags: string, description: string, { choices, parse }: Values = {}): Option {
  const allowed = choices === undefined ? "" : `: ${choices.join(", ")}`;
  return new Option(flags, `${description}${allowed} (may be repeated)`).argParser(
    (value: string, earlier: readonly string[] = []) => {
      if (choices?.includes(value) === false) throw new InvalidArgumentError(`allowed${allowed}.`);
      return [...earlier, parse?.(value) ?? value];
    },
  );
}
