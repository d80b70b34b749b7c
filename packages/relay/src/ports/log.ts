/** The log: one line an event, for the operator. It never holds a message's content, a key or a client's address. */

export type LogLevel = "debug" | "info" | "warn" | "error";

/** `event` is a fixed name such as `relay.started`; what varies is in the fields. */
export type Log = (level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>) => void;

export const silentLog: Log = () => {};
