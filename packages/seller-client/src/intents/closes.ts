/** Which intents their buyers have closed, so that nobody answers them any more. */
import { type Clock, type Id, type Signed, toHex, type UnixSeconds } from "@intentcast/protocol";
import type { RelayPool, Subscription } from "@intentcast/relay-client";

const firstSweepAt = 4096;

export class Closes {
  readonly #subscription: Subscription;
  readonly #clock: Clock;
  /** By thread and author, as anybody can name any thread; with the time from which it may be forgotten. */
  readonly #expiries = new Map<string, UnixSeconds>();
  #sweepAt = firstSweepAt;

  constructor(pool: RelayPool, clock: Clock) {
    this.#subscription = pool.subscribe({ kinds: ["close"] }, { from: "start" });
    this.#clock = clock;
  }

  /** Resolves when the closes that the relays had stored are known, or can not be had. */
  get known(): Promise<void> {
    return this.#subscription.caughtUp.catch(() => undefined);
  }

  has({ id, author }: Signed<"intent">): boolean {
    return this.#expiries.has(keyOf(id, author));
  }

  /** Reads until it is closed. Throws when no relay serves closes. */
  async read(): Promise<void> {
    for await (const { message } of this.#subscription) {
      if (message.kind !== "close") continue;
      if (this.#expiries.size >= this.#sweepAt) this.#sweep();
      this.#expiries.set(keyOf(message.body.thread, message.author), message.body.expires);
    }
  }

  #sweep(): void {
    const now = this.#clock();
    for (const [key, expires] of this.#expiries) if (expires < now) this.#expiries.delete(key);
    this.#sweepAt = Math.max(firstSweepAt, 2 * this.#expiries.size);
  }

  close(): Promise<void> {
    return Promise.resolve(this.#subscription[Symbol.asyncDispose]());
  }
}

const keyOf = (thread: Id, author: Uint8Array): string => `${toHex(thread)}/${toHex(author)}`;
