/** What is counted for the operator. */
import type { RejectCode } from "@intentcast/protocol";

/** `not-ours`: it does not offer the subprotocol. `address-full`: its address has as many as it may. */
export type TurnedAway = "not-ours" | "address-full" | "draining";

/**
 * `handshake`: its request never ended. `silent`: it answered no ping. `unfinished`: its message never ended. `stuck`:
 * it did not take what it was sent.
 */
export type Cut = "handshake" | "silent" | "unfinished" | "stuck";

export interface Meter {
  connected(): void;
  disconnected(): void;
  subscribed(): void;
  unsubscribed(): void;
  /** A message was accepted; `duplicate` when it was here before. */
  accepted(duplicate: boolean): void;
  /** A request of whatever sort was refused. */
  rejected(code: RejectCode): void;
  /** A message went out to a subscriber, from where. */
  delivered(source: "live" | "stored"): void;
  received(bytes: number): void;
  sent(bytes: number): void;
  /** A commit begins; the returned function says that it is over. */
  committing(messages: number): () => void;
  swept(messages: number): void;
  /** A client is read from no further for a while. */
  held(): void;
  /** A connection was refused before it began. */
  turnedAway(why: TurnedAway): void;
  /** A connection was ended without a word. */
  cut(why: Cut): void;
}
