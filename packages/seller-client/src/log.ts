/** What a seller tells whoever runs it, in facts and without anything that a buyer disclosed. */
import { IntentcastError } from "@intentcast/protocol";

/** `event` is a fixed word such as `offered`; `facts` say which thread, which code, how much. */
export type Log = (level: "info" | "warn" | "error", event: string, facts: Facts) => void;

export type Facts = Readonly<Record<string, string | number>>;

export const noLog: Log = () => undefined;

/** Logs what was thrown: its code, where it has one, and its message. */
export function logFailure(log: Log, event: string, error: unknown, facts: Facts = {}): void {
  const code = error instanceof IntentcastError ? { code: error.code } : {};
  const detail = error instanceof Error ? error.message : String(error);
  log("error", event, { ...facts, ...code, detail });
}
