/** A disk that loses power: what was synchronised is on it; of what was written since, any part may be, or half of it. */
import type { Dice } from "../fuzz/dice.ts";
import type { Call } from "./trace.ts";

type Change = Extract<Call, { type: "write" | "truncate" }>;

const sector = 512;

class File {
  #content = new Uint8Array(0);
  #pending: Change[] = [];

  change(change: Change): void {
    this.#pending.push(change);
  }

  /** Everything written so far is on the disk from now on. */
  sync(): void {
    this.#content = this.#pending.reduce(apply, this.#content);
    this.#pending = [];
  }

  get unsynchronised(): number {
    return this.#pending.length;
  }

  /** What a power cut leaves: each pending change dropped, done, or done for some of its sectors. */
  afterPowerCut(dice: Dice): Uint8Array {
    const fate = dice.pick(["none", "all", "each"] as const);
    return this.#pending.reduce((content, change) => {
      if (fate === "none" || (fate === "each" && dice.chance(0.5))) return content;
      if (fate === "all" || change.type === "truncate" || dice.chance(0.5)) return apply(content, change);
      const sectors = Math.ceil(change.bytes.length / sector);
      return apply(content, { ...change, bytes: change.bytes.subarray(0, dice.below(sectors) * sector) });
    }, this.#content.slice());
  }
}

function apply(content: Uint8Array<ArrayBuffer>, change: Change): Uint8Array<ArrayBuffer> {
  const end =
    change.type === "truncate" ? change.length : Math.max(content.length, change.at + change.bytes.length);
  const next = end === content.length ? content : new Uint8Array(end);
  if (next !== content) next.set(content.subarray(0, end));
  if (change.type === "write") next.set(change.bytes, change.at);
  return next;
}

export class Disk {
  readonly #files = new Map<string, File>();

  take(call: Call): void {
    if (call.type === "acknowledge") return;
    const file = this.#files.get(call.file) ?? new File();
    this.#files.set(call.file, file);
    if (call.type === "sync") file.sync();
    else file.change(call);
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
