/** An Intentcast relay to start in a process of one's own. */
export { jsonLog } from "./adapters/json-log.ts";
export { defaultLimits } from "./core/limits.ts";
export type { Log, LogLevel } from "./ports/log.ts";
export { StartError, type StartErrorCode } from "./ports/start-error.ts";
export type { Store } from "./ports/store.ts";
export { type Relay, type RelayConfig, startRelay } from "./relay.ts";
