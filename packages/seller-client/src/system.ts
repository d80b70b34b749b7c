/** Time and randomness as the platform gives them; whoever wants others hands them in. */
import type { Clock, Random } from "@intentcast/protocol";
import type { Timers } from "@intentcast/relay-client";

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

export const systemTimers: Timers = (afterMs, action) => {
  const timer = setTimeout(action, afterMs);
  return () => clearTimeout(timer);
};
