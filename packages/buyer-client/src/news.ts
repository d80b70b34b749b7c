/** Lets those who wait for a change of state look again whenever there was one. */

export class News {
  #next = Promise.withResolvers<void>();

  /** Wakes everybody who waits. */
  announce(): void {
    const waiting = this.#next;
    this.#next = Promise.withResolvers<void>();
    waiting.resolve();
  }

  /** Resolves at the next announcement; at once when the signal is aborted, and then too. */
  next(signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return this.#next.promise;
    if (signal.aborted) return Promise.resolve();
    const aborted = Promise.withResolvers<void>();
    const abort = () => aborted.resolve();
    signal.addEventListener("abort", abort, { once: true });
    return Promise.race([this.#next.promise, aborted.promise]).finally(() =>
      signal.removeEventListener("abort", abort),
    );
  }

  /** The items of a growing list one by one, those to come included, until it is over or the signal is aborted. */
  async *follow<T>(
    items: () => readonly T[],
    isOver: () => boolean,
    signal?: AbortSignal,
  ): AsyncGenerator<T, void, undefined> {
    for (let next = 0; ; ) {
      const item = items()[next];
      if (signal?.aborted) return;
      if (item !== undefined) {
        next++;
        yield item;
      } else if (isOver()) return;
      else await this.next(signal);
    }
  }
}
