/**
 * One turn of a reconciliation: a message answered by a message. It depends on the set and on the bytes alone, and
 * nothing is kept from one turn to the next.
 */
import { equalFingerprints, fingerprint, type Sha256 } from "./fingerprint.ts";
import { type Difference, difference } from "./id-list.ts";
import type { Snapshot } from "./item-set.ts";
import { idBytes } from "./key.ts";
import { ok, type Result } from "./refusal.ts";
import { type Bound, boundBetween, infinity } from "./wire/bound.ts";
import { MessageReader, type Range } from "./wire/read-message.ts";
import { MessageWriter, mostBoundBytes, mostFingerprintRangeBytes } from "./wire/write-message.ts";

export type TurnOptions = {
  readonly sha256: Sha256;
  /** The most bytes of a message, at least {@link leastFrameLimit}. */
  readonly frameLimit: number;
  /**
   * What becomes of a list of ids: `learn` notes the difference and is done with the range, as the definition's client
   * is; `answer` sends the ids of this side, as its server does, so that the client learns.
   */
  readonly idLists: "learn" | "answer";
};

export type Turn = {
  readonly message: Uint8Array;
  /** The message says nothing: as far as this side is concerned, all has been compared. */
  readonly isEmpty: boolean;
} & Difference;

/** The same as in the definition's own implementations; a range that splits always fits into it. */
export const leastFrameLimit = 4096;

/** Ranges into which a range is split whose fingerprints differ. */
const buckets = 16;
/** A range with fewer items is told by their ids. */
const fewItems = 32;
/** A list of ids over a range with more items than this is met by a split: so a turn costs no more than it brings. */
const mostCompared = 4096;
/** A turn that has found this many differences leaves the rest for the next. */
const mostFound = 16_384;
/** What may still have to follow: where the skipped part ends, and the fingerprint of all the rest. */
const reservedBytes = mostBoundBytes + mostFingerprintRangeBytes;

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
  while (true) {
    const range = reader.next();
    if (!range.ok) return range;
    if (range.value === undefined) return ok(reply.finish());
    const to = items.rank(range.value.end.key);
    // What is left for later is still read, so that no malformed message passes for a good one.
    if (!reply.isFull) reply.answer(range.value, from, to);
    from = to;
  }
}

/** A message under way. Ranges are given by the numbers of their items and by where they end. */
class Reply {
  readonly #items: Snapshot;
  readonly #options: TurnOptions;
  readonly #writer = new MessageWriter();
  readonly #have: Uint8Array[] = [];
  readonly #need: Uint8Array[] = [];
  /** Up to here nothing is left to say; written only when something follows. */
  #skipped: Bound | undefined;
  #isFull = false;

  constructor(items: Snapshot, options: TurnOptions) {
    this.#items = items;
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  finish(): Turn {
    const message = this.#writer.finish();
    return { message, isEmpty: message.length === 1, have: this.#have, need: this.#need };
  }

  answer(range: Range, from: number, to: number): void {
    switch (range.mode) {
      case "skip":
        this.#skipped = range.end;
        break;
      case "fingerprint":
        if (equalFingerprints(range.fingerprint, this.#fingerprint(from, to))) this.#skipped = range.end;
        else this.split(from, to, range.end);
        break;
      case "idList":
        this.#compare(range.ids, from, to, range.end);
    }
  }

  /** Says a range in parts, or by its ids when they are few. */
  split(from: number, to: number, end: Bound): void {
    this.#write(from, () => {
      const count = to - from;
      if (count < fewItems) return this.#list(from, to, end);
      for (let bucket = 0; bucket < buckets; bucket++) {
        const start = from + Math.floor((count * bucket) / buckets);
        const stop = from + Math.floor((count * (bucket + 1)) / buckets);
        const bound =
          bucket === buckets - 1 ? end : boundBetween(this.#items.keyAt(stop - 1), this.#items.keyAt(stop));
        this.#writer.fingerprint(bound, this.#fingerprint(start, stop));
      }
    });
  }

  #compare(ids: Uint8Array, from: number, to: number, end: Bound): void {
    const { idLists, frameLimit } = this.#options;
    const count = to - from;
    const found = this.#have.length + this.#need.length;
    if (count > mostCompared) this.split(from, to, end);
    else if (idLists === "learn" && found > 0 && found + count > mostFound) this.#leaveRest(from);
    else {
      const { have, need } = difference(this.#items, from, to, ids);
      if (idLists === "learn" || (have.length === 0 && need.length === 0)) {
        for (const id of have) this.#have.push(id);
        for (const id of need) this.#need.push(id);
        this.#skipped = end;
      } else if (count * idBytes > frameLimit - leastFrameLimit / 2) this.split(from, to, end);
      else this.#write(from, () => this.#list(from, to, end));
    }
  }

  /** Writes a range whole, or, when the message has no room for it, the fingerprint of all that is left. */
  #write(from: number, write: () => void): void {
    const mark = this.#writer.mark;
    this.#writeSkipped();
    write();
    if (mark.length > 1 && this.#writer.length > this.#options.frameLimit - reservedBytes) {
      this.#writer.rewind(mark);
      this.#leaveRest(from);
    } else this.#skipped = undefined;
  }

  #leaveRest(from: number): void {
    this.#writeSkipped();
    this.#writer.fingerprint(infinity, this.#fingerprint(from, this.#items.size));
    this.#isFull = true;
  }

  #writeSkipped(): void {
    if (this.#skipped !== undefined) this.#writer.skip(this.#skipped);
  }

  #list(from: number, to: number, end: Bound): void {
    this.#writer.idList(end, to - from);
    this.#items.visit(from, to, (keys, at) => this.#writer.id(keys, at));
  }

  #fingerprint(from: number, to: number): Uint8Array {
    return fingerprint(this.#items, from, to, this.#options.sha256);
  }
}
