/** What a verb throws to end the program with a sentence instead of a stack trace. */
import { IntentcastError } from "@intentcast/protocol";
import type { StartError } from "@intentcast/relay";

/** The program's exit codes; docs/guides/cli.md lists them for scripts. */
export const exitCodes = { done: 0, refused: 1, usage: 2, nothingCame: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** `message` says what is wrong and what to do about it. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.refused, options?: { cause?: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const usage = (message: string): Failure => new Failure(message, exitCodes.usage);

/** How any error is told: in one line, with its code where it has one. */
export function explain(error: unknown): {
  message: string;
  code?: string;
  stage?: string;
  exitCode: ExitCode;
} {
  if (error instanceof IntentcastError) {
    return { message: error.message, code: error.code, stage: error.stage, exitCode: exitCodes.refused };
  }
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (isStartError(error)) {
    return { message: error.message, code: error.code, exitCode: exitCodes.refused };
  }
  if (error instanceof Error && "code" in error && "syscall" in error) {
    return {
      message: `the system refused: ${error.message}`,
      code: String(error.code),
      exitCode: exitCodes.refused,
    };
  }
  return {
    message: `unexpected: ${error instanceof Error ? error.message : String(error)}`,
    exitCode: exitCodes.refused,
  };
}

/** Known by its name, so that a verb that needs no relay loads none. */
const isStartError = (error: unknown): error is StartError =>
  error instanceof Error && error.name === "StartError";
