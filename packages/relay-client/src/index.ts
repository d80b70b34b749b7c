/** Talking to relays: publish to several, read from several, each message once. Runs in browsers too. */
export { type ClockNews, ClockWatch } from "./clock-watch.ts";
export type {
  Acceptance,
  Counts,
  Cursor,
  Introduction,
  Refusal,
  RelayStatus,
  SessionState,
  Silence,
} from "./exchange.ts";
export type { Delivery } from "./feed.ts";
export { meetingRelays } from "./meeting.ts";
export {
  connectRelays,
  type PoolOptions,
  type PublishOptions,
  type RelayPool,
  type SubscribeOptions,
} from "./pool.ts";
export type { Published } from "./publication.ts";
export type { Withheld } from "./silence-watch.ts";
export { type OpenSocket, openWebSocket, type Socket, type SocketEvents } from "./socket.ts";
export { type Holder, Stores } from "./stores.ts";
export type { Subscription } from "./subscription.ts";
export type { Timers } from "./system.ts";
export { type WithheldReport, withheldReporter } from "./withheld-report.ts";
