/** Talking to relays: publish to several, read from several, each message once. Runs in browsers too. */
export type { Acceptance, Counts, Cursor, Refusal, RelayStatus, SessionState } from "./exchange.ts";
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
export type { OpenSocket, Socket, SocketEvents } from "./socket.ts";
export type { Subscription } from "./subscription.ts";
export type { Timers } from "./system.ts";
