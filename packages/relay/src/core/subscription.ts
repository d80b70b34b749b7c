/** A filter on a connection, and how far its subscriber has got. */
import type { Filter } from "@intentcast/protocol";
import { type PackedFilter, packFilter, unpackFilter } from "./packed-filter.ts";

/**
 * `reading`: messages after `position` come from the store. `live`: everything up to the hand-over position has been
 * considered, and what is delivered comes straight. `over`: nothing more may be sent.
 */
export type Mode = "reading" | "live" | "over";

/** Where it begins, how long it goes on, and how much may be sent at first. */
type Beginning = Pick<Subscription<unknown>, "number" | "until" | "credit" | "position">;

/** `To` is whatever the flow sends to; the core never looks into it. */
export class Subscription<To> {
  readonly number: number;
  readonly to: To;
  /** A standing subscription goes on after the stored messages; another one ends at this position. */
  readonly until: number | "standing";
  /** How many more messages may be sent. */
  credit: number;
  /** All messages up to here have been considered for this subscriber. */
  position: number;
  mode: Mode = "reading";
  /** The index's note of it. */
  place: number | undefined = undefined;
  readonly #filter: PackedFilter;

  constructor(filter: Filter, to: To, { number, until, credit, position }: Beginning) {
    this.#filter = packFilter(filter);
    this.to = to;
    this.number = number;
    this.until = until;
    this.credit = credit;
    this.position = position;
  }

  /** Unpacked at each look. */
  get filter(): Filter {
    return unpackFilter(this.#filter);
  }
}
