export type { Entry, Journal, NewEntry } from "./journal.ts";
export { memoryJournal } from "./memory.ts";
