/** Many pieces of work at a time, but not without bound. */

export type AtOnce = {
  /** Starts a piece of work as soon as there is room for it, and resolves then; a piece must not fail. */
  start(work: () => Promise<void>): Promise<void>;
  /** Resolves when all that was started is done. */
  done(): Promise<void>;
};

export function atOnce(most: number): AtOnce {
  const busy = new Set<Promise<void>>();
  return {
    async start(work) {
      while (busy.size >= most) await Promise.race(busy);
      const piece: Promise<void> = work().finally(() => busy.delete(piece));
      busy.add(piece);
    },
    async done() {
      await Promise.all(busy);
    },
  };
}
