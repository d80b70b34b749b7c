/** The examples beneath a verb's help. */

export const examples = (...lines: readonly [string, ...string[]]): string =>
  ["", lines.length > 1 ? "Examples:" : "Example:", ...lines.map((line) => `  intentcast ${line}`)].join(
    "\n",
  );
