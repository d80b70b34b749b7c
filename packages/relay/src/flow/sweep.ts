/** Removes what has expired, a little at a time, so that nobody waits for it. */
import type { Clock } from "@intentcast/protocol";
import type { Log } from "../ports/log.ts";
import type { Meter } from "../ports/meter.ts";
import type { Store } from "../ports/store.ts";
import type { Timers } from "../ports/timers.ts";

const periodMs = 60_000;

/** Messages of one removal: a commit of its own. */
const step = 500;

/** Sweeps at once and then every minute. The returned function stops, and resolves when no sweep is under way. */
export function startSweeping(
  store: Store,
  ports: { readonly clock: Clock; readonly timers: Timers; readonly meter: Meter; readonly log: Log },
): () => Promise<void> {
  const { clock, timers, meter, log } = ports;
  let stopped = false;
  let sweeping: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    const now = clock();
    for (let removed = step; removed === step && !stopped; await timers.turn()) {
      removed = await store.removeExpired(now, step);
      meter.swept(removed);
    }
  }

  function begin(): void {
    sweeping ??= sweep()
      .catch((error: unknown) => log("error", "sweep.failed", { error: String(error) }))
      .finally(() => {
        sweeping = undefined;
      });
  }

  begin();
  const stop = timers.every(periodMs, begin);
  return async () => {
    stopped = true;
    stop();
    await sweeping;
  };
}
