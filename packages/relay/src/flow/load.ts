/** How much the relay has taken on and not finished, and how late its turns come: too much of either slows its clients. */
import type { Timers } from "../ports/timers.ts";

/** What the relay holds at most for publishes that it has not answered, all connections together. */
export type LoadLimits = {
  /** Beyond these a client that waits for an answer is not read from. */
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  /** Milliseconds by which a turn may come late before clients are read from in rounds only. */
  readonly lagMs: number;
};

export const defaultLoadLimits: LoadLimits = {
  pendingMessages: 8192,
  pendingBytes: 16 * 1024 * 1024,
  lagMs: 1000,
};

/** What is in flight when reading stops may still come in: beyond this many times the limits it is refused. */
const refusedBeyond = 4;

const sampleMs = 250;

export type Load = {
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  /** By how much the last sample came late. */
  readonly lagMs: number;
  readonly begin: (bytes: number) => void;
  readonly end: (bytes: number) => void;
  /** Whether those who wait for an answer should be read from no further. */
  readonly isHigh: () => boolean;
  /** Whether turns come late by more than so many times the limit, so that everybody should wait for the next sample. */
  readonly isLagging: (times?: number) => boolean;
  /** Whether a publish must be refused. */
  readonly isOver: () => boolean;
  /** Calls once, when the relay is no longer late. */
  readonly whenPrompt: (action: () => void) => void;
  readonly stop: () => void;
};

export function measureLoad(limits: LoadLimits, timers: Timers): Load {
  let messages = 0;
  let bytes = 0;
  let lagMs = 0;
  let expectedMs = timers.now() + sampleMs;
  const waiting = new Set<() => void>();

  const exceeds = (times: number): boolean =>
    messages > times * limits.pendingMessages || bytes > times * limits.pendingBytes;

  function letGo(): void {
    const actions = [...waiting];
    waiting.clear();
    for (const action of actions) action();
  }

  function sample(): void {
    const nowMs = timers.now();
    lagMs = Math.max(0, nowMs - expectedMs);
    expectedMs = nowMs + sampleMs;
    if (lagMs <= limits.lagMs) letGo();
  }

  return {
    get pendingMessages() {
      return messages;
    },
    get pendingBytes() {
      return bytes;
    },
    get lagMs() {
      return lagMs;
    },
    begin: (added) => {
      messages += 1;
      bytes += added;
    },
    end: (finished) => {
      messages -= 1;
      bytes -= finished;
    },
    isHigh: () => exceeds(1),
    isLagging: (times = 1) => lagMs > times * limits.lagMs,
    isOver: () => exceeds(refusedBeyond),
    whenPrompt: (action) => void waiting.add(action),
    stop: timers.every(sampleMs, sample),
  };
}
