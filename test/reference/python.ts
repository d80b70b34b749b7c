/**
 * The Python that runs spec/reference, and one of the places where tests may be left out: on a developer's machine
 * that has none with the libraries. There they count as skipped and say why; where CI is set they fail.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Ended } from "@intentcast/testkit";
import { describe, test } from "vitest";

/** The folder of the second implementation. */
export const referenceFolder = join(import.meta.dirname, "..", "..", "spec", "reference");

const needed =
  "no Python here that runs spec/reference: install its libraries (Debian: apt-get install python3-cryptography " +
  "python3-mnemonic), or set REFERENCE_PYTHON to an interpreter that has them";

const hasLibraries = (program: string): boolean =>
  spawnSync(program, ["-c", "import cryptography, mnemonic"], { windowsHide: true }).status === 0;

/** REFERENCE_PYTHON, or else Debian's own interpreter or the first one on the PATH that has the libraries. */
export function findPython(environment: NodeJS.ProcessEnv, works = hasLibraries): string | undefined {
  return [environment["REFERENCE_PYTHON"] ?? "", "/usr/bin/python3", "python3"].find(
    (program) => program !== "" && works(program),
  );
}

/** Why tests that need Python are left out, or undefined where they run. Throws where they must run and cannot. */
export function reasonToSkip(found: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (found !== undefined) return undefined;
  if (environment["CI"] && environment["CI"] !== "false") throw new Error(needed);
  return needed;
}

let known: { readonly program: string | undefined } | undefined;
const python = (): string | undefined => {
  known ??= { program: findPython(process.env) };
  return known.program;
};

/** Tests that need Python. */
export function describeWithPython(name: string, tests: () => void): void {
  const reason = reasonToSkip(python(), process.env);
  if (reason === undefined) describe(name, tests);
  else {
    describe.skip(name, tests);
    // A test that skips itself can say why.
    test(`${name}, with Python`, ({ skip }) => skip(reason));
  }
}

/** Starts Python in the folder of the second implementation; it leaves no compiled files there. */
export function spawnReference(...args: readonly string[]): ChildProcessWithoutNullStreams {
  const program = python();
  if (program === undefined) throw new Error(needed);
  return spawn(program, ["-B", ...args], { cwd: referenceFolder, windowsHide: true });
}

/** Runs it to its end, with a text on its standard input. */
export async function runReference(args: readonly string[], input = ""): Promise<Ended> {
  const child = spawnReference(...args);
  const ended = once(child, "close");
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, out, err };
}
