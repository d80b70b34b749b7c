/** What goes into a session with a relay, and what comes out: the whole of its conversation with the world. */
import type { Filter, Id, Message, Reject, Seconds, Signer, UnixSeconds } from "@intentcast/protocol";

/** How far a relay's messages have been read: enough to go on from there later, in another process. */
export type Cursor = {
  /** The relay's address, in the form in which `status` shows it. */
  readonly relay: string;
  /** The hex name of the store whose positions these are; another store numbers anew. */
  readonly store: string;
  readonly position: number;
};

/** What to read from one relay for one feed. */
export type Wish = {
  readonly filter: Filter;
  /** The mailboxes to prove before subscribing. */
  readonly mailboxes: readonly Signer[];
  /** Where to begin without a cursor that the relay's store knows. */
  readonly from: "start" | "now";
  readonly cursor?: Cursor;
  /** The greatest number of messages on their way or waiting to be taken. */
  readonly window: number;
};

/**
 * `dial`: it is time to try again. `hello`: the relay has had its time to say hello.
 * `quiet`: look whether the connection is alive.
 */
export type TimerName = "dial" | "hello" | "quiet";

export type Input =
  | { readonly type: "start" }
  | { readonly type: "received"; readonly data: Uint8Array | string }
  /** The connection could not be made, or is gone. */
  | { readonly type: "closed"; readonly detail: string }
  | { readonly type: "elapsed"; readonly timer: TimerName }
  | {
      readonly type: "publish";
      readonly publication: number;
      readonly id: Id;
      readonly message: Uint8Array;
    }
  /** Nobody waits for this publication any more. */
  | { readonly type: "withdraw"; readonly publication: number }
  | { readonly type: "subscribe"; readonly feed: number; readonly wish: Wish }
  /** A message of this feed has been taken: there is room for another. */
  | { readonly type: "took"; readonly feed: number }
  | { readonly type: "unsubscribe"; readonly feed: number }
  | { readonly type: "stop" };

/** What a relay says of itself when a connection to it is made. */
export type Introduction = {
  readonly relay: string;
  /** The hex name of the store that it has now. */
  readonly store: string;
  /** How far its clock is ahead of ours. */
  readonly clockAhead: Seconds;
};

export type Acceptance = {
  readonly relay: string;
  /** The hex name of the store that has the message now, and where in it. */
  readonly store: string;
  readonly position: number;
  /** How many standing subscriptions it went to. */
  readonly matched: number;
  /** Whether the relay had it already. */
  readonly duplicate: boolean;
};

export type Refusal = {
  readonly relay: string;
  readonly reject: Reject;
  /** After how long the relay would have us try again; 0 when it will never take the message as it is. */
  readonly retryAfter: Seconds;
};

export type Effect =
  | { readonly type: "dial" }
  | { readonly type: "send"; readonly frame: Uint8Array }
  /** Close the connection and forget it: nothing that it still says is to be handed in. */
  | { readonly type: "hangUp"; readonly reason: string }
  | { readonly type: "setTimer"; readonly timer: TimerName; readonly afterMs: number }
  | { readonly type: "clearTimer"; readonly timer: TimerName }
  | { readonly type: "opened"; readonly introduction: Introduction }
  /** On this connection, reading begins after the cursor. */
  | { readonly type: "began"; readonly feed: number; readonly cursor: Cursor }
  | {
      readonly type: "message";
      readonly feed: number;
      readonly message: Message;
      readonly cursor: Cursor;
    }
  /** Everything up to the cursor has been handed out or was nothing for this feed. */
  | { readonly type: "passed"; readonly feed: number; readonly cursor: Cursor }
  | { readonly type: "caughtUp"; readonly feed: number }
  /** This relay will give the feed nothing more. */
  | { readonly type: "ended"; readonly feed: number; readonly reject: Reject }
  | { readonly type: "accepted"; readonly publication: number; readonly acceptance: Acceptance }
  | { readonly type: "refused"; readonly publication: number; readonly refusal: Refusal }
  | { readonly type: "stateChanged" };

/**
 * `connecting`: dialled, no hello yet. `open`: the relay has said hello. `waiting`: until the next attempt.
 * `closed`: for good.
 */
export type SessionState = "connecting" | "open" | "waiting" | "closed";

export type RelayStatus = {
  readonly address: string;
  readonly state: SessionState;
  /** What the relay last called itself. */
  readonly name?: string;
  /** The hex name of its store. */
  readonly store?: string;
  /** How far the relay's clock was ahead of ours when it last said hello. */
  readonly clockAhead?: Seconds;
  readonly lastError?: { readonly reject: Reject; readonly at: UnixSeconds };
  readonly counts: Counts;
  /** How it compares with the other relays of the pool; absent while it has not been late with anything. */
  readonly silence?: Silence;
};

/** Of a relay that owes messages: each is one that another relay of the pool showed, and that is for a feed of both. */
export type Silence = {
  /** Messages that the relay did not show in fair time, of a sample. It may well not have them. */
  readonly missed: number;
  /** Of these, the ones that it said it did not have when it was asked about them; by asking it was given them. */
  readonly lacked: number;
  /** Of these, the ones that it had, and did not show. */
  readonly withheld: number;
};

export type Counts = {
  /** Times that the relay has said hello. */
  readonly connections: number;
  /** Messages received. */
  readonly received: number;
  /** Of these, the ones that are no valid messages: an honest relay sends none. */
  readonly refused: number;
  /** Of these, the ones that the filter does not describe: an honest relay sends none. */
  readonly unmatched: number;
  /** Publications that the relay accepted. */
  readonly accepted: number;
  /** Publications that are still to be sent or answered. */
  readonly pending: number;
};
