/** Durable client state: the journal as a port, and one in memory. The one in SQLite has a door of its own. */
export type { Entry, Journal, NewEntry } from "./journal.ts";
export { memoryJournal } from "./memory.ts";
