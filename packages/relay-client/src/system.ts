/** Time and randomness as the platform gives them; whoever wants others hands them in. */
import type { Clock, Random } from "@intentcast/protocol";

/** Calls `action` once after so long, unless the returned function is called before. */
export type Timers = (afterMs: number, action: () => void) => () => void;

export const systemTimers: Timers = (afterMs, action) => {
  const timer = setTimeout(action, afterMs);
  return () => clearTimeout(timer);
};

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
