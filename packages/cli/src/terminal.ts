/** The terminal as a port: where text goes, where input comes from, and when the user has had enough. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { exitCodes, Failure } from "./failure.ts";

export type Terminal = {
  /** Whether the result goes to a screen, on which what changes may be painted over. */
  readonly isScreen?: boolean;
  /** The program's result. */
  readonly out: (line: string) => void;
  /** Progress and errors. */
  readonly err: (line: string) => void;
  readonly readInput: () => Promise<Uint8Array>;
  /** Asks whoever sits at the terminal for a line, shown as it is typed or not. Absent where nobody does. */
  readonly ask?: Ask;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Aborted by Ctrl-C or a polite kill; further signals change nothing. */
  readonly interrupted: AbortSignal;
};

type Ask = (question: string, answer: "shown" | "hidden") => Promise<string>;

/** The terminal that this process was started from. */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  // A reader such as `head` may close the pipe: that ends the output, not the program's work.
  process.stdout.on("error", interrupt);
  return {
    isScreen: process.stdout.isTTY,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    readInput: () => buffer(process.stdin),
    ...(process.stdin.isTTY && { ask: askerOf(interruption) }),
    env: process.env,
    folder: process.cwd(),
    interrupted: interruption.signal,
  };
}

/** What is typed at this process's terminal; questions go to standard error, as results go to standard output. */
const askerOf =
  (interruption: AbortController): Ask =>
  async (question, answer) => {
    const screen = new Writable({
      write(chunk, _, done) {
        if (answer === "shown") process.stderr.write(chunk);
        done();
      },
    });
    const input = createInterface({ input: process.stdin, output: screen, terminal: true });
    process.stderr.write(question);
    try {
      return await new Promise((resolve, refuse) => {
        // The terminal is ours while it is typed at: Ctrl-C and Ctrl-D come as keys.
        input.once("line", resolve);
        input.once("SIGINT", () => interruption.abort());
        input.once("close", () => refuse(new Failure("nothing was typed.", exitCodes.interrupted)));
        interruption.signal.addEventListener("abort", () => input.close(), { once: true });
      });
    } finally {
      input.close();
      if (answer === "hidden") process.stderr.write("\n");
    }
  };

/** Resolves when the user interrupts. */
export const untilInterrupted = ({ interrupted }: Terminal): Promise<void> =>
  new Promise((resolve) => {
    if (interrupted.aborted) resolve();
    else interrupted.addEventListener("abort", () => resolve(), { once: true });
  });
