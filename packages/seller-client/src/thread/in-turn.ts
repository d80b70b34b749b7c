/** One thing at a time for each thread, many threads at a time. */

export type InTurn = (key: string, task: () => Promise<void>) => Promise<void>;

/** Runs tasks of one key one after another in the order given; a failed task does not stop the next. */
export function inTurn(): InTurn {
  const last = new Map<string, Promise<void>>();
  return (key, task) => {
    const run = (last.get(key) ?? Promise.resolve()).then(task);
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, settled);
    void settled.then(() => {
      if (last.get(key) === settled) last.delete(key);
    });
    return run;
  };
}
