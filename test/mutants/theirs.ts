/** The second implementation as a process that answers questions line by line. */
import { createInterface } from "node:readline";
import { spawnReference } from "../reference/python.ts";
import { type Answer, lineOf, type Question } from "./question.ts";

export type Theirs = AsyncDisposable & {
  /** All answers, in the order of the questions. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>;
};

export function startTheirs(): Theirs {
  const child = spawnReference("-m", "intentcast", "judge");
  const waiting: ((line: string) => void)[] = [];
  let failed: Error | undefined;
  const refusals: ((error: Error) => void)[] = [];
  let complaint = "";
  child.stderr.on("data", (chunk) => (complaint += chunk));
  createInterface({ input: child.stdout }).on("line", (line) => {
    refusals.shift();
    waiting.shift()?.(line);
  });
  const fail = (error: Error): void => {
    failed = error;
    for (const refuse of refusals.splice(0)) refuse(error);
  };
  child.on("error", fail);
  child.stdin.on("error", fail);
  const closed = new Promise<void>((resolve) =>
    child.on("close", (code) => {
      fail(new Error(`the second implementation ended with ${code}: ${complaint}`));
      resolve();
    }),
  );

  return {
    ask: (questions) =>
      Promise.all(
        questions.map(
          (question) =>
            new Promise<Answer>((resolve, refuse) => {
              if (failed !== undefined) return refuse(failed);
              waiting.push((line) => resolve(JSON.parse(line) as Answer));
              refusals.push(refuse);
              child.stdin.write(`${lineOf(question)}\n`);
            }),
        ),
      ),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await closed;
    },
  };
}
