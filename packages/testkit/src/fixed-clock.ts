/** A clock that stands still until a test moves it. */
import type { Clock, Seconds, UnixSeconds } from "@intentcast/protocol";

/** Tells the same moment at every call; `advance` moves it on. */
export type FixedClock = Clock & { advance(seconds: Seconds): void };

/** A clock that stands at `start`: by default 2026-01-01T00:00:00Z. */
export function fixedClock(start: UnixSeconds = 1_767_225_600): FixedClock {
  let now = start;
  return Object.assign(() => now, {
    advance(seconds: Seconds): void {
      now += seconds;
    },
  });
}
