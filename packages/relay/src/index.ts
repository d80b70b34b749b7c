/** An Intentcast relay to start in a process of one's own, and the care of its store. */
export { jsonLog } from "./adapters/json-log.ts";
export { type Backup, backUp } from "./adapters/sqlite-backup.ts";
export { type Checked, type CheckOptions, checkStore, type Fault } from "./adapters/sqlite-check.ts";
export { databaseFile, type StoreSpace } from "./adapters/sqlite-store.ts";
export type { PrefixBits } from "./core/address.ts";
export { defaultLimits } from "./core/limits.ts";
export type { Quota } from "./core/quota.ts";
export { defaultQuotas, type QuotaConfig, type QuotaScope, quotaScopes } from "./core/quotas.ts";
export { defaultLoadLimits, type LoadLimits } from "./flow/load.ts";
export type { Log, LogLevel } from "./ports/log.ts";
export type { NetworkStatus } from "./ports/network-status.ts";
export { StartError, type StartErrorCode } from "./ports/start-error.ts";
export { marksOf, type Store } from "./ports/store.ts";
export { type Relay, type RelayConfig, startRelay } from "./relay.ts";
export type { NetworkConfig } from "./relay-network.ts";
