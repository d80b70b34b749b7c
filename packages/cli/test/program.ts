/** Runs the real `intentcast` as a process of its own. */
import { fileURLToPath } from "node:url";
import { type Ended, type Running, startNode } from "@intentcast/testkit";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** What starts the program: a file for Node. */
export const program: string = main;

export const start = (folder: string, ...args: string[]): Running => startNode(folder, main, args);

/** Runs the program to its end, with the text given on its standard input. */
export const runWith = (folder: string, input: string, ...args: string[]): Promise<Ended> =>
  startNode(folder, main, args, { input }).ended;

/** Runs the program to its end with these in its environment. */
export const runIn = (
  env: Readonly<Record<string, string>>,
  folder: string,
  ...args: string[]
): Promise<Ended> => startNode(folder, main, args, { env }).ended;

export const run = (folder: string, ...args: string[]): Promise<Ended> => runWith(folder, "", ...args);

/** The records that a run with --json has printed. */
export const records = ({ out }: Pick<Ended, "out">): Record<string, unknown>[] =>
  out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
