/**
 * One turn of a reconciliation: a message answered by a message. It depends on the set and on the bytes alone, and
 * nothing is kept from one turn to the next.
 */
import type { Snapshot } from "./item-set.ts";
import { ok, type Result } from "./refusal.ts";
import { Reply, type Turn, type TurnOptions } from "./reply.ts";
import { infinity } from "./wire/bound.ts";
import { MessageReader } from "./wire/read-message.ts";

/** The first message: the whole set, split once. */
export function openingMessage(items: Snapshot, options: TurnOptions): Uint8Array {
  const reply = new Reply(items, options);
  reply.split(0, items.size, infinity);
  return reply.finish().message;
}

/** Answers a message whose version byte is ours, at once. Codes: those of a malformed message. */
export function answerMessage(items: Snapshot, message: Uint8Array, options: TurnOptions): Result<Turn> {
  const turn = new TurnInProgress(items, message, options).advance(Number.POSITIVE_INFINITY);
  if (turn === undefined) throw new Error("a turn without a limit came to no end");
  return turn;
}

/** Answers a message whose version byte is ours, in pieces that take little time each. */
export class TurnInProgress {
  readonly #items: Snapshot;
  readonly #reader: MessageReader;
  readonly #reply: Reply;
  /** The number of the item at which the next range begins. */
  #from = 0;

  constructor(items: Snapshot, message: Uint8Array, options: TurnOptions) {
    this.#items = items;
    this.#reader = new MessageReader(message, options.mostListed);
    this.#reply = new Reply(items, options);
  }

  /** Goes on until the turn is over, or until it has done so much work (see {@link Reply.work}) and is not over. */
  advance(work: number): Result<Turn> | undefined {
    const reply = this.#reply;
    for (const limit = reply.work + work; reply.work < limit; ) {
      const range = this.#reader.next();
      if (!range.ok) return range;
      if (range.value === undefined) return ok(reply.finish());
      const to = this.#items.rank(range.value.end.key);
      reply.answer(range.value, this.#from, to);
      this.#from = to;
    }
    return undefined;
  }
}
