/** Ends a test run with one plain line, `N passed, N failed`, that a person or a program can read alone. */
import type { Reporter, TestModule } from "vitest/node";

type Counts = { passed: number; failed: number; skipped: number };

/** The line; what was skipped is told only where something was. */
export const countsLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;

/** Each reason once for which a test was left out. */
const reasonLines = (reasons: ReadonlySet<string>): readonly string[] =>
  [...reasons].map((reason) => `skipped: ${reason}\n`);

/** Counts test cases; what broke in a file or a suite outside its cases, and an error that no case caught, count as a failure each. */
export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const reasons = new Set<string>();
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state !== "pending") counts[result.state] += 1;
        if (result.state === "skipped" && result.note !== undefined) reasons.add(result.note);
      }
    }
    process.stdout.write([...reasonLines(reasons), `${countsLine(counts)}\n`].join(""));
  }
}
