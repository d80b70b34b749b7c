/** A journal in memory: for tests, and for programs that may forget. */
import type { Entry, Journal } from "./journal.ts";

/** Makes an empty journal that lives as long as the object does. Nothing in it survives the process. */
export function memoryJournal(): Journal {
  const entries: Entry[] = [];
  const keys = new Set<string>();
  let isClosed = false;

  const assertOpen = (): void => {
    if (isClosed) throw new Error("the journal is closed");
  };

  return {
    async append({ kind, key, value }) {
      assertOpen();
      if (key !== undefined) {
        if (keys.has(key)) return "taken";
        keys.add(key);
      }
      const position = entries.length + 1;
      entries.push({ position, kind, ...(key === undefined ? {} : { key }), value: value.slice() });
      return position;
    },

    async read(after = 0) {
      assertOpen();
      return entries.slice(Math.max(after, 0)).map((entry) => ({ ...entry, value: entry.value.slice() }));
    },

    async [Symbol.asyncDispose]() {
      isClosed = true;
    },
  };
}
