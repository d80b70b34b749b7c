/** Work that goes on beside the caller: closing waits for it. */
import { type Log, logFailure } from "./log.ts";

export class Background {
  readonly #log: Log;
  readonly #working = new Set<Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Makes `done` wait for a piece of work that somebody else waits for too. */
  track<T>(piece: Promise<T>): Promise<T> {
    const settled: Promise<void> = piece
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#working.delete(settled));
    this.#working.add(settled);
    return piece;
  }

  /** Takes a piece of work that nobody waits for: a failure of it is logged and goes no further. */
  run(piece: Promise<void>): Promise<void> {
    return this.track(piece.catch((error: unknown) => logFailure(this.#log, "failed", error)));
  }

  /** Resolves when all that is under way is done. */
  async done(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }
}
