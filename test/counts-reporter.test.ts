/** The closing line of a test run. */
import { expect, it } from "vitest";
import { countsLine } from "../scripts/counts-reporter.ts";

it("the counts stand alone on a line, those skipped only where there are some", () => {
  expect(countsLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(countsLine({ passed: 1, failed: 2, skipped: 3 })).toBe("1 passed, 2 failed, 3 skipped");
});
