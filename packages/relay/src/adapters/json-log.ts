/** The log as lines of JSON. */
import type { Clock } from "@intentcast/protocol";
import type { Log, LogLevel } from "../ports/log.ts";

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Writes events of a level and above, each as one line: `time` (ISO 8601), `level`, `event`, then the fields. */
export function jsonLog(write: (line: string) => void, clock: Clock, least: LogLevel = "info"): Log {
  return (level, event, fields) => {
    if (levels.indexOf(level) < levels.indexOf(least)) return;
    const time = new Date(clock() * 1000).toISOString();
    write(`${JSON.stringify({ time, level, event, ...fields })}\n`);
  };
}
