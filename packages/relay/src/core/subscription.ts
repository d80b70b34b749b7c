/** A filter on a connection, and how far its subscriber has got. */
import type { Filter } from "@intentcast/protocol";

/**
 * `reading`: messages after `position` come from the store. `live`: everything up to the hand-over position has been
 * considered, and what is delivered comes straight. `over`: nothing more may be sent.
 */
export type Mode = "reading" | "live" | "over";

/** `To` is whatever the flow sends to; the core never looks into it. */
export type Subscription<To> = {
  readonly number: number;
  readonly filter: Filter;
  readonly to: To;
  /** A standing subscription goes on after the stored messages; another one ends at this position. */
  readonly until: number | "standing";
  /** How many more messages may be sent. */
  credit: number;
  /** All messages up to here have been considered for this subscriber. */
  position: number;
  mode: Mode;
};
