/** The store: where messages lie, in the order in which they were taken. */
import type { Message, Reject, Result, UnixSeconds } from "@intentcast/protocol";
import type { Admitted } from "../core/admit.ts";
import type { Scope } from "../core/scope.ts";
import type { Topic } from "../core/topic.ts";

export { type Admitted, timesOf } from "../core/admit.ts";
export { marksOf, type TellMark, tellMarks } from "../core/marks.ts";
export type { Scope } from "../core/scope.ts";
export { type Topic, topicsOf } from "../core/topic.ts";

/** Names a message in a set that is ordered by time. */
export type Key = { readonly id: Message["id"]; readonly issued: UnixSeconds };

/**
 * What became of one message. `stored`: it is new, at this position; `replaced` is the profile that it took the place
 * of. `duplicate`: it was here, at this position.
 * `superseded`: it is a profile, and a later one of the same author is here.
 */
export type Appended =
  | { readonly outcome: "stored"; readonly position: number; readonly replaced?: Key }
  | { readonly outcome: "duplicate"; readonly position: number }
  | { readonly outcome: "superseded" };

/** A page of stored messages. Every message up to `through` has been considered. */
export type Page = {
  readonly messages: readonly { readonly position: number; readonly bytes: Uint8Array }[];
  readonly through: number;
};

/** A message that the store has, without its bytes. */
export type Listed = Key & {
  readonly position: number;
  readonly topics: readonly Topic[];
  readonly expires: UnixSeconds;
};

/** A message that the store has, by its bytes and what is known of them. */
export type Held = {
  readonly position: number;
  readonly kind: Message["kind"];
  readonly topics: readonly Topic[];
  readonly expires: UnixSeconds;
  readonly bytes: Uint8Array;
};

/**
 * Numbers messages from 1 upwards in the order of appending. A position is given once, for ever: removing messages,
 * closing and opening again change neither the positions of the others nor the next one.
 *
 * Of one author the latest profile stands: later by `issued`, then by the greater id. A later one takes a new
 * position and the earlier one is gone.
 */
export interface Store {
  /** 16 bytes, made once with the store: another id means that remembered positions are void. */
  readonly id: Uint8Array;
  /** The last position given; 0 when there was none. It stays when the message itself is removed. */
  readonly head: number;

  /**
   * Appends all of them in one commit. When it resolves with their outcomes, in the order given, they are durable:
   * a loss of power does not undo them. Until then nothing shows them. A refusal (`store-failed`, `store-full`) leaves the store as it was.
   */
  append(batch: readonly Admitted[]): Promise<Result<readonly Appended[], Reject>>;

  has(id: Message["id"]): Promise<boolean>;

  /** The message of that id, expired or not; undefined where there is none. */
  get(id: Message["id"]): Promise<Held | undefined>;

  /** All messages after a position, expired or not, in order of position: `limit` of them, or fewer at the end. */
  list(after: number, limit: number): Promise<readonly Listed[]>;

  /** Unexpired messages within the scope after a position, in order of position, at most `limit` of them. */
  query(scope: Scope, after: number, limit: number, now: UnixSeconds): Promise<Page>;

  /** Removes up to `limit` messages that have expired; resolves with those that it removed. */
  removeExpired(now: UnixSeconds, limit: number): Promise<readonly Listed[]>;

  /**
   * Whether there is room to append. When the last append was refused with `store-full`, it writes and removes
   * something to find out.
   */
  hasRoom(): Promise<boolean>;

  /** Nothing may be called afterwards. */
  close(): Promise<void>;
}
