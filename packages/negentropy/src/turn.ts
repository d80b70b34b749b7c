/**
 * One turn as the definition has it: a message answered by a message. It depends on the set and on the bytes alone, and
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

/** Answers a message whose version byte is ours. Codes: those of a malformed message. */
export function answerMessage(items: Snapshot, message: Uint8Array, options: TurnOptions): Result<Turn> {
  const reader = new MessageReader(message);
  const reply = new Reply(items, options);
  let from = 0;
  for (let isFull = false; ; ) {
    const range = reader.next();
    if (!range.ok) return range;
    if (range.value === undefined) return ok(reply.finish());
    const to = items.rank(range.value.end.key);
    // What is left is still read, so that no malformed message passes for a good one.
    if (!isFull && !reply.answer(range.value, from, to)) {
      isFull = true;
      reply.sayRest(from);
    }
    from = to;
  }
}
