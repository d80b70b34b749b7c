/** Whether the store has room. A full disk ends publishing and nothing else, until there is room again. */
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import type { Timers } from "../ports/timers.ts";

const periodMs = 10_000;

export type Room = {
  /** Publishes are to be refused: `store-full`. */
  readonly isFull: () => boolean;
  /** A commit failed for want of room. */
  readonly ranOut: () => void;
  /** Looks no more; resolves when no look is under way. */
  readonly stop: () => Promise<void>;
};

/** Looks at once, and then every ten seconds. */
export function watchRoom(store: Store, { timers, log }: { timers: Timers; log: Log }): Room {
  let isFull = false;
  let looking: Promise<void> | undefined;

  function found(hasRoom: boolean): void {
    if (hasRoom !== isFull) return;
    isFull = !hasRoom;
    if (isFull) log("error", "store.full");
    else log("info", "store.has-room");
  }

  function look(): void {
    looking ??= store
      .hasRoom()
      .then(found)
      .catch((error: unknown) => log("error", "store.unknown-room", { error: String(error) }))
      .finally(() => {
        looking = undefined;
      });
  }

  look();
  const stop = timers.every(periodMs, look);
  return {
    isFull: () => isFull,
    ranOut: () => found(false),
    stop: async () => {
      stop();
      await looking;
    },
  };
}
