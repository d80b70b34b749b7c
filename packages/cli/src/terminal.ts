/** The terminal as a port: where text goes, where input comes from, and when the user has had enough. */
import { buffer } from "node:stream/consumers";

export type Terminal = {
  /** The program's result. */
  readonly out: (line: string) => void;
  /** Progress and errors. */
  readonly err: (line: string) => void;
  readonly readInput: () => Promise<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Aborted by Ctrl-C or a polite kill; further signals change nothing. */
  readonly interrupted: AbortSignal;
};

/** The terminal that this process was started from. */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  // A reader such as `head` may close the pipe: that ends the output, not the program's work.
  process.stdout.on("error", interrupt);
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    readInput: () => buffer(process.stdin),
    env: process.env,
    folder: process.cwd(),
    interrupted: interruption.signal,
  };
}

/** Resolves when the user interrupts. */
export const untilInterrupted = ({ interrupted }: Terminal): Promise<void> =>
  new Promise((resolve) => {
    if (interrupted.aborted) resolve();
    else interrupted.addEventListener("abort", () => resolve(), { once: true });
  });
