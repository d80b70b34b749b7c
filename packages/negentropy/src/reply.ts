/** A message under way: what this side says to the ranges of the other side's message, one after the other. */
import { equalFingerprints, Fingerprints, type Sha256 } from "./fingerprint.ts";
import { type Difference, difference } from "./id-list.ts";
import type { Snapshot } from "./item-set.ts";
import { idBytes } from "./key.ts";
import { type Bound, boundBetween, infinity } from "./wire/bound.ts";
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

/** Ranges are given by the numbers of their items and by where they end. */
export class Reply {
  readonly #items: Snapshot;
  readonly #options: TurnOptions;
  readonly #fingerprints: Fingerprints;
  readonly #writer = new MessageWriter();
  readonly #have: Uint8Array[] = [];
  readonly #need: Uint8Array[] = [];
  /** Up to here nothing is left to say; written only when something follows. */
  #skipped: Bound | undefined;
  /** There is no room left. What follows is still read, so that no malformed message passes for a good one. */
  #isFull = false;
  readonly #mostFound: number;
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

  answer(range: Range, from: number, to: number): void {
    this.#work++;
    if (this.#isFull) return;
    switch (range.mode) {
      case "skip":
        this.#skipped = range.end;
        break;
      case "fingerprint":
        if (equalFingerprints(range.fingerprint, this.#fingerprints.of(from, to))) this.#skipped = range.end;
        else this.split(from, to, range.end);
        break;
      case "idList":
        this.#compare(range.ids, from, to, range.end);
    }
  }

  /** Says a range in parts, or by its ids when they are few. */
  split(from: number, to: number, end: Bound, parts = partsOf(to - from)): void {
    this.#write(from, () => {
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

  #compare(ids: Uint8Array, from: number, to: number, end: Bound): void {
    const { idLists, frameLimit } = this.#options;
    const count = to - from;
    const found = this.#have.length + this.#need.length;
    if (count > mostCompared)
      this.split(from, to, end, Math.min(mostParts, Math.ceil((2 * count) / mostCompared)));
    else if (idLists === "learn" && found > 0 && found + count > this.#mostFound) this.#leaveRest(from);
    else {
      this.#work += count + ids.length / idBytes;
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
    this.#writer.fingerprint(infinity, this.#fingerprints.of(from, this.#items.size));
    this.#isFull = true;
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
