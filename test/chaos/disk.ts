/** A disk that loses power: what was synchronised is on it; of what was written since, any part may be, or half of it. */
import type { Dice } from "../fuzz/dice.ts";
import type { Call } from "./trace.ts";

type Change = Extract<Call, { type: "write" | "truncate" }>;

const sector = 512;

/** The bytes of a file, with room to grow, so that appending to it costs what is appended. */
class Content {
  #room: Uint8Array;
  #length: number;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#room = bytes;
    this.#length = bytes.length;
  }

  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  apply(change: Change): void {
    if (change.type === "truncate") this.#resize(change.length);
    else {
      this.#resize(Math.max(this.#length, change.at + change.bytes.length));
      this.#room.set(change.bytes, change.at);
    }
  }

  #resize(length: number): void {
    if (length > this.#room.length) {
      const room = new Uint8Array(2 * length);
      room.set(this.bytes);
      this.#room = room;
    }
    this.#room.fill(0, length, Math.max(length, this.#length));
    this.#length = length;
  }
}

class File {
  readonly #content = new Content();
  /** In the order of their numbers. */
  #pending: { readonly number: number; readonly change: Change }[] = [];

  change(number: number, change: Change): void {
    this.#pending.push({ number, change });
  }

  /** Everything written before that number is on the disk from now on. */
  sync(before: number): void {
    const later = this.#pending.findIndex(({ number }) => number >= before);
    const done = this.#pending.splice(0, later < 0 ? this.#pending.length : later);
    for (const { change } of done) this.#content.apply(change);
  }

  get unsynchronised(): number {
    return this.#pending.length;
  }

  /** What a power cut leaves: each pending change dropped, done, or done for some of its sectors. */
  afterPowerCut(dice: Dice): Uint8Array {
    const fate = dice.pick(["none", "all", "each"] as const);
    const left = new Content(this.#content.bytes.slice());
    for (const { change } of this.#pending) {
      if (fate === "none" || (fate === "each" && dice.chance(0.5))) continue;
      if (fate === "all" || change.type === "truncate" || dice.chance(0.5)) left.apply(change);
      else {
        const sectors = Math.ceil(change.bytes.length / sector);
        left.apply({ ...change, bytes: change.bytes.subarray(0, dice.below(sectors) * sector) });
      }
    }
    return left.bytes;
  }
}

export class Disk {
  readonly #files = new Map<string, File>();
  #taken = 0;

  /** All calls, in their order. */
  take(call: Call): void {
    const number = this.#taken++;
    if (call.type === "acknowledge") return;
    const file = this.#files.get(call.file) ?? new File();
    this.#files.set(call.file, file);
    if (call.type === "sync") file.sync(call.began);
    else file.change(number, call);
  }

  /** Whether a power cut may undo something in a file. */
  isAtRisk(name: string): boolean {
    return (this.#files.get(name)?.unsynchronised ?? 0) > 0;
  }

  /** A file as it is after a power cut; empty where there is none. */
  afterPowerCut(name: string, dice: Dice): Uint8Array {
    return this.#files.get(name)?.afterPowerCut(dice) ?? new Uint8Array(0);
  }
}
