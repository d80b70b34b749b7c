/** Output for people or for programs: every verb says each thing once, as a record and as a line. */
import { readable } from "./show/json.ts";
import type { Terminal } from "./terminal.ts";

export type Printer = {
  /** One result: a line for people, or with `--json` the record as one line of JSON. */
  readonly say: (record: object, text: string) => void;
  /** What only people want to know: nothing with `--json`. */
  readonly tell: (text: string) => void;
  /** What is wrong although the verb goes on: beside the results for people, and a record like any other for programs. */
  readonly warn: (record: object, text: string) => void;
};

export function printerFor(terminal: Terminal, json: boolean): Printer {
  const record = (one: object) => terminal.out(JSON.stringify(readable(one)));
  return json
    ? { say: record, tell: () => {}, warn: record }
    : {
        say: (_, text) => terminal.out(text),
        tell: (text) => terminal.err(text),
        warn: (_, text) => terminal.err(text),
      };
}
