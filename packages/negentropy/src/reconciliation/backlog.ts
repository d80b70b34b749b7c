/**
 * What the other side has said and this one has not answered yet. When a turn has no room left, a side promises more
 * and keeps the ranges that remain. Both sides may keep some; whoever keeps the lowest goes on first, so that
 * everything is said in order, and the answers to a message lie below all that its receiver keeps.
 */
import type { Snapshot } from "../item-set.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import type { Reply } from "../reply.ts";
import { type Bound, infinity, isBelow, zero } from "../wire/bound.ts";
import { MessageReader, type Range } from "../wire/read-message.ts";

/** A message that is not answered to its end. */
type Kept = {
  readonly reader: MessageReader;
  /** It may say something up to here only: what lies beyond is kept of an earlier message. */
  readonly limit: Bound;
  /** Where its next range begins, and the number of the item there. */
  begin: Bound;
  from: number;
  /** A range that was read, and for which there was no room. */
  range: Range | undefined;
  /** It ends in a skip to infinity: the other side keeps what would have followed. */
  promisesMore: boolean;
};

/** Each of them is kept of a finer split than the one before, by sixteen times and more: no set is so large. */
const mostKept = 8;

export class Backlog {
  readonly #items: Snapshot;
  readonly #mostListed: number;
  /** The last one has the lowest ranges. */
  readonly #kept: Kept[] = [];
  #isMorePromised = false;

  constructor(items: Snapshot, mostListed: number) {
    this.#items = items;
    this.#mostListed = mostListed;
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  /** Whether the last message that was answered to its end promises more. */
  get isMorePromised(): boolean {
    return this.#isMorePromised;
  }

  /** Takes in a message whose version byte is ours. Codes: `too-deep`. */
  add(message: Uint8Array): Result<"added"> {
    if (this.#kept.length === mostKept) return refuse("too-deep");
    this.#kept.push({
      reader: new MessageReader(message, this.#mostListed),
      limit: this.#kept.at(-1)?.begin ?? infinity,
      begin: zero,
      from: 0,
      range: undefined,
      promisesMore: false,
    });
    return ok("added");
  }

  /**
   * Answers ranges until it is the other side's turn, or there is no room for the next, or so much work is done. Codes: those of a
   * malformed message, and `range-kept`.
   */
  advance(reply: Reply, work: number): Result<"answered" | "full" | "interrupted"> {
    const end = reply.work + work;
    for (let kept = this.#kept.at(-1); kept !== undefined; kept = this.#kept.at(-1)) {
      reply.goOnFrom(kept.begin);
      if (reply.work >= end) return ok("interrupted");
      const next = kept.range === undefined ? readNext(kept) : ok(kept.range);
      if (!next.ok) return next;
      const range = next.value;
      if (range === undefined) {
        this.#kept.pop();
        this.#isMorePromised = kept.promisesMore;
        // The other side keeps lower ranges than what is left here.
        if (kept.promisesMore) break;
        continue;
      }
      const to = this.#items.rank(range.end.key);
      kept.range = reply.answer(range, kept.from, to) ? undefined : range;
      if (kept.range !== undefined) return ok("full");
      kept.begin = range.end;
      kept.from = to;
    }
    return ok("answered");
  }
}

/** The next range of a message up to its limit, or nothing when there is none. */
function readNext(kept: Kept): Result<Range | undefined> {
  while (true) {
    const read = kept.reader.next();
    if (!read.ok || read.value === undefined) return read;
    const { mode, end } = read.value;
    if (mode === "skip" && end === infinity) kept.promisesMore = true;
    else if (!isBelow(kept.limit, end)) return read;
    else if (mode !== "skip") return refuse("range-kept");
  }
}
