/** What the parts of a session share: the connection as it stands, and the ways to act on it. */
import type { ClientFrame, Hello, Reject, RelayFrame, Seconds } from "@intentcast/protocol";
import type { Effect } from "./exchange.ts";

export type AcceptedFacts = Extract<RelayFrame, ["accepted", ...unknown[]]>[2];

/** A relay's answer to a request. */
export type Answer =
  | { readonly isAccepted: true; readonly facts: AcceptedFacts }
  | { readonly isAccepted: false; readonly why: Reject; readonly retryAfter: Seconds };

export interface Talk {
  readonly address: string;
  /** What the relay said at the beginning; undefined while there is no connection. */
  readonly hello: Hello | undefined;
  emit(effect: Effect): void;
  send(frame: ClientFrame): void;
  /** Sends a request; `answered` is called at most once, and not after the connection was lost. */
  ask(frame: (ref: number) => ClientFrame, answered: (answer: Answer) => void): void;
  /** Keeps a refusal for the status. */
  note(why: Reject): void;
  /** Lets go of the connection, to try again later. */
  lose(why: Reject): void;
  /** The same, with a longer wait: the relay did what the protocol does not allow. */
  fault(why: Reject): void;
}
