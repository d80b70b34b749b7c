/** Output for people or for programs: every verb says each thing once, as a record and as a line. */
import { readable } from "./show/json.ts";
import type { Terminal } from "./terminal.ts";

export type Printer = {
  /** One result: a line for people, or with `--json` the record as one line of JSON. */
  readonly say: (record: object, text: string) => void;
  /** What only people want to know: nothing with `--json`. */
  readonly tell: (text: string) => void;
};

export const printerFor = (terminal: Terminal, json: boolean): Printer =>
  json
    ? { say: (record) => terminal.out(JSON.stringify(readable(record))), tell: () => {} }
    : { say: (_, text) => terminal.out(text), tell: (text) => terminal.err(text) };
