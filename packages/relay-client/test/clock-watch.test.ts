import { expect, test } from "vitest";
import { ClockWatch } from "../src/index.ts";

const relay = "ws://relay";
const from = (clockAhead: number, address = relay) => ({ relay: address, store: "", clockAhead });

test("a clock that differs by less than a minute is no news", () => {
  const watch = new ClockWatch();
  expect([0, 59, -59].map((ahead) => watch.look(from(ahead)))).toEqual([undefined, undefined, undefined]);
});

test("one that differs by more is told once, for each relay", () => {
  const watch = new ClockWatch();
  expect(watch.look(from(90_000))).toEqual({ relay, clockAhead: 90_000 });
  expect(watch.look(from(90_001))).toBeUndefined();
  expect(watch.look(from(-90_000, "ws://other"))).toEqual({ relay: "ws://other", clockAhead: -90_000 });
});

test("that it has been set is told, also where it is still wrong", () => {
  const watch = new ClockWatch();
  watch.look(from(-90_000));
  expect(watch.look(from(-3_600))?.clockAhead).toBe(-3_600);
  expect(watch.look(from(-2))?.clockAhead).toBe(0);
  expect(watch.look(from(-1))).toBeUndefined();
});
