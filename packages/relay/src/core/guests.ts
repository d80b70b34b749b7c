/** Who is connected, by network address, and whether one more from there may be. */
import { isLoopback, type PrefixBits, prefixOf } from "./address.ts";

/** Counts connections by the prefix of their address. This machine's own are not counted: they have none. */
export class Guests {
  readonly #counts = new Map<string, number>();
  readonly #most: number;
  readonly #bits: PrefixBits;

  constructor(most: number, bits: PrefixBits) {
    this.#most = most;
    this.#bits = bits;
  }

  /** What an address counts as, where it does. */
  prefix(address: string | undefined): string | undefined {
    return address === undefined || isLoopback(address) ? undefined : prefixOf(address, this.#bits);
  }

  /** Takes in one more, unless there are as many as may be. */
  enter(prefix: string | undefined): boolean {
    if (prefix === undefined) return true;
    const count = this.#counts.get(prefix) ?? 0;
    if (count >= this.#most) return false;
    this.#counts.set(prefix, count + 1);
    return true;
  }

  leave(prefix: string | undefined): void {
    if (prefix === undefined) return;
    const left = (this.#counts.get(prefix) ?? 0) - 1;
    if (left > 0) this.#counts.set(prefix, left);
    else this.#counts.delete(prefix);
  }
}
