/** A message under way: what this side says to the ranges of the other side's message, one after the other. */
import { equalFingerprints, Fingerprints, type Sha256 } from "./fingerprint.ts";
import { type Difference, difference } from "./id-list.ts";
import type { Snapshot } from "./item-set.ts";
import { idBytes } from "./key.ts";
import { type Bound, boundBetween, infinity, isBelow, zero } from "./wire/bound.ts";
import type { Range } from "./wire/read-message.ts";
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
  /** The most ids of one list that is taken. */
  readonly mostListed: number;
};

export type Turn = {
  readonly message: Uint8Array;
  /** The message says nothing: as far as this side is concerned, all has been compared. */
  readonly isEmpty: boolean;
} & Difference;

/** The same as in the definition's own implementations; a range that splits always fits into it. */
export const leastFrameLimit = 4096;

/** A range with fewer items is told by their ids. */
const fewItems = 32;
const parts = 16;
const itemsALastPart = 8;
/** More would not fit into the smallest frame. */
const mostParts = 64;
/** A list of ids over a range with more items than this is met by a split: so a turn costs no more than it brings. */
export const mostCompared = 4096;
/** A turn that has found this many differences, or what fits into one frame, leaves the rest for the next. */
const mostFound = 8192;
/** What may still have to follow: where the skipped part ends, and the fingerprint of all the rest. */
const reservedBytes = mostBoundBytes + mostFingerprintRangeBytes;

/** Ranges are given by the numbers of their items and by where they end. They are answered in order. */
export class Reply {
  readonly #items: Snapshot;
  readonly #options: TurnOptions;
  readonly #mostFound: number;
  readonly #fingerprints: Fingerprints;
  readonly #writer = new MessageWriter();
  readonly #have: Uint8Array[] = [];
  readonly #need: Uint8Array[] = [];
  /** Up to here nothing is left to say; written only when something follows. */
  #skipped: Bound | undefined;
  /** Where the last range ended that was answered. */
  #end: Bound = zero;
  #work = 0;

  constructor(items: Snapshot, options: TurnOptions) {
    this.#items = items;
    this.#options = options;
    this.#mostFound = Math.min(mostFound, options.frameLimit / idBytes);
    this.#fingerprints = new Fingerprints(items, options.sha256);
  }

  /** What has been done until now: about as many units as microseconds. */
  get work(): number {
    return this.#work + 3 * this.#fingerprints.taken;
  }

  finish(): Turn {
    const message = this.#writer.finish();
    return { message, isEmpty: message.length === 1, have: this.#have, need: this.#need };
  }

  /** Answers a range, or tells that there is no room for it any more. A message always has room for the first. */
  answer(range: Range, from: number, to: number): boolean {
    this.#work++;
    const isAnswered = this.#answer(range, from, to);
    if (isAnswered) this.#end = range.end;
    return isAnswered;
  }

  /** Goes on from a bound that is not below what was answered: what lies between was answered before. */
  goOnFrom(bound: Bound): void {
    if (isBelow(this.#end, bound)) this.#skipped = bound;
    this.#end = bound;
  }

  #answer(range: Range, from: number, to: number): boolean {
    switch (range.mode) {
      case "skip":
        return this.#skip(range.end);
      case "fingerprint":
        return equalFingerprints(range.fingerprint, this.#fingerprints.of(from, to))
          ? this.#skip(range.end)
          : this.split(from, to, range.end);
      case "idList":
        return this.#compare(range.ids, from, to, range.end);
    }
  }

  /** Says a range in parts, or by its ids when they are few, if there is room for that. */
  split(from: number, to: number, end: Bound, parts = partsOf(to - from)): boolean {
    return this.#write(() => {
      const count = to - from;
      if (count < fewItems) return this.#list(from, to, end);
      for (let part = 0; part < parts; part++) {
        const start = from + Math.floor((count * part) / parts);
        const stop = from + Math.floor((count * (part + 1)) / parts);
        const bound = stop === to ? end : boundBetween(this.#items.keyAt(stop - 1), this.#items.keyAt(stop));
        this.#writer.fingerprint(bound, this.#fingerprints.of(start, stop));
      }
    });
  }

  /** Says all that is left by one fingerprint: the other side takes it up again from there. Nothing may follow. */
  sayRest(from: number): void {
    this.#writeSkipped();
    this.#writer.fingerprint(infinity, this.#fingerprints.of(from, this.#items.size));
  }

  /** Says that what is left is kept, and answered in the turns to come. Nothing may follow. */
  promiseMore(): void {
    this.#writer.skipTo(infinity);
  }

  #compare(ids: Uint8Array, from: number, to: number, end: Bound): boolean {
    const { idLists, frameLimit } = this.#options;
    const count = to - from;
    const found = this.#have.length + this.#need.length;
    if (count > mostCompared) {
      return this.split(from, to, end, Math.min(mostParts, Math.ceil((2 * count) / mostCompared)));
    }
    if (idLists === "learn" && found > 0 && found + count > this.#mostFound) return false;
    this.#work += count + ids.length / idBytes;
    const { have, need } = difference(this.#items, from, to, ids);
    if (idLists === "learn" || (have.length === 0 && need.length === 0)) {
      for (const id of have) this.#have.push(id);
      for (const id of need) this.#need.push(id);
      return this.#skip(end);
    }
    if (count * idBytes > frameLimit - leastFrameLimit / 2) return this.split(from, to, end);
    return this.#write(() => this.#list(from, to, end));
  }

  #skip(end: Bound): true {
    this.#skipped = end;
    return true;
  }

  /** Writes a range whole, or not at all. */
  #write(write: () => void): boolean {
    const { mark } = this.#writer;
    this.#writeSkipped();
    write();
    if (mark.length > 1 && this.#writer.length > this.#options.frameLimit - reservedBytes) {
      this.#writer.rewind(mark);
      return false;
    }
    this.#skipped = undefined;
    return true;
  }

  #writeSkipped(): void {
    if (this.#skipped !== undefined) this.#writer.skipTo(this.#skipped);
  }

  #list(from: number, to: number, end: Bound): void {
    this.#writer.idList(end, to - from);
    this.#items.visit(from, to, (keys, at) => this.#writer.id(keys, at));
  }
}

/**
 * Into how many parts a range is split. Sixteen, as in the definition's implementations, until the parts are so small
 * that the next message lists ids: then into parts of eight and not of twenty-four. Among differences at random that
 * takes a third fewer bytes, in as many rounds.
 */
const partsOf = (count: number): number =>
  count <= mostParts * itemsALastPart ? Math.ceil(count / itemsALastPart) : parts;
