/** Time that passes when a test says so: a clock and the timers that go by it, beside sockets and files that are real. */
import type { Clock } from "@intentcast/protocol";

type Timer = { readonly dueMs: number; readonly action: () => void };

export type VirtualTime = {
  readonly clock: Clock;
  /** Calls `action` once, so long after, unless the returned function is called before. */
  readonly timers: (afterMs: number, action: () => void) => () => void;
  /**
   * Lets so much time pass, timer by timer. After each, `isSettled` is asked, turn by turn, whether what the timer set off
   * has come to its end.
   */
  readonly pass: (seconds: number, isSettled: () => boolean) => Promise<void>;
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Begins at a moment in Unix seconds. */
export function virtualTime(start: number): VirtualTime {
  let nowMs = start * 1000;
  const pending = new Set<Timer>();
  const next = (): Timer | undefined => [...pending].sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    clock: () => Math.floor(nowMs / 1000),
    timers: (afterMs, action) => {
      const timer = { dueMs: nowMs + afterMs, action };
      pending.add(timer);
      return () => void pending.delete(timer);
    },
    pass: async (seconds, isSettled) => {
      const untilMs = nowMs + seconds * 1000;
      for (let timer = next(); timer !== undefined && timer.dueMs <= untilMs; timer = next()) {
        pending.delete(timer);
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.action();
        do await turn();
        while (!isSettled());
      }
      nowMs = untilMs;
    },
  };
}
