/** Loaded before the program: the looks at who withholds, a quarter of a minute apart, come a hundred times as often. */
const lookMs = 15_000;

const { setTimeout: start } = globalThis;
globalThis.setTimeout = Object.assign(
  (action: () => void, afterMs?: number) => start(action, afterMs === lookMs ? lookMs / 100 : afterMs),
  start,
);
