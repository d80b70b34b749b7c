/** Removes what has expired, a little at a time, so that nobody waits for it. */
import type { Clock } from "@intentcast/protocol";
import type { Log } from "../ports/log.ts";
import type { Meter } from "../ports/meter.ts";
import type { Listed, Store } from "../ports/store.ts";
import type { Timers } from "../ports/timers.ts";

const periodMs = 60_000;

/** Messages of one removal: a commit of its own. */
const step = 500;

export type Sweeping = {
  /** Sweeps now, or joins the sweep that is under way; resolves when it is over. Never rejects. */
  readonly sweep: () => Promise<void>;
  /** Resolves when no sweep is under way, and none begins any more. */
  readonly stop: () => Promise<void>;
};

/** Sweeps at once and then every minute; tells of what it has removed. */
export function startSweeping(
  store: Store,
  removed: (listed: readonly Listed[]) => void,
  ports: { readonly clock: Clock; readonly timers: Timers; readonly meter: Meter; readonly log: Log },
): Sweeping {
  const { clock, timers, meter, log } = ports;
  let stopped = false;
  let sweeping: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    const now = clock();
    for (let count = step; count === step && !stopped; await timers.turn()) {
      const listed = await store.removeExpired(now, step);
      count = listed.length;
      meter.swept(count);
      removed(listed);
    }
  }

  function begin(): Promise<void> {
    if (stopped) return Promise.resolve();
    sweeping ??= sweep()
      .catch((error: unknown) => log("error", "sweep.failed", { error: String(error) }))
      .finally(() => {
        sweeping = undefined;
      });
    return sweeping;
  }

  void begin();
  const cancel = timers.every(periodMs, () => void begin());
  return {
    sweep: begin,
    stop: async () => {
      stopped = true;
      cancel();
      await sweeping;
    },
  };
}
