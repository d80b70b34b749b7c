/** Timers of the process; none of them keeps it alive. */
import { setImmediate } from "node:timers/promises";
import type { Timers } from "../ports/timers.ts";

export const nodeTimers: Timers = {
  now: () => performance.now(),
  every: (periodMs, action) => {
    const timer = setInterval(action, periodMs).unref();
    return () => clearInterval(timer);
  },
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs).unref();
    return () => clearTimeout(timer);
  },
  turn: () => setImmediate(),
};
