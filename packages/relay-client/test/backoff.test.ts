import { expect, test } from "vitest";
import { backoffMs } from "../src/backoff.ts";

const lowest = (length: number): Uint8Array => new Uint8Array(length);
const highest = (length: number): Uint8Array => new Uint8Array(length).fill(255);

test("the longest wait doubles with every failure, up to a minute", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map((failures) => backoffMs(failures, highest));
  expect(waits).toEqual([499, 999, 1999, 3999, 7999, 15_999, 31_999, 59_999, 59_999, 59_999]);
});

test("the shortest wait is none: those who were lost together do not return together", () => {
  expect(backoffMs(1, lowest)).toBe(0);
  expect(backoffMs(1000, lowest)).toBe(0);
});
