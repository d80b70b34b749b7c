/** Which messages have been handed out already, for as long as a relay may still deliver them. */
import { hour, type Message, toHex, type UnixSeconds } from "@intentcast/protocol";

/** Relays forget a message when it expires, some a little later than others. */
const graceSeconds = hour;
const firstSweepAt = 4096;

export class SeenIds {
  readonly #expiries = new Map<string, UnixSeconds>();
  #sweepAt = firstSweepAt;

  /** Notes a message; false when it had been noted before. */
  add(message: Message, now: UnixSeconds): boolean {
    const key = toHex(message.id);
    if (this.#expiries.has(key)) return false;
    if (this.#expiries.size >= this.#sweepAt) this.#sweep(now);
    this.#expiries.set(key, expiryOf(message) + graceSeconds);
    return true;
  }

  /** Sweeping at double the size that the last sweep left costs every message a constant share. */
  #sweep(now: UnixSeconds): void {
    for (const [key, expiry] of this.#expiries) if (expiry < now) this.#expiries.delete(key);
    this.#sweepAt = Math.max(firstSweepAt, 2 * this.#expiries.size);
  }
}

const expiryOf = (message: Message): UnixSeconds =>
  message.kind === "sealed" ? message.expires : message.body.expires;
