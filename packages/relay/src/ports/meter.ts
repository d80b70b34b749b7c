/** What is counted for the operator. */
import type { RejectCode } from "@intentcast/protocol";

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
}
