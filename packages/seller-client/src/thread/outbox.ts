/** Sends what the journal holds and no relay has confirmed, as often as it takes, until it expires. */
import {
  type Clock,
  IntentcastError,
  isAnswered,
  type RejectCode,
  shortHex,
  toHex,
} from "@intentcast/protocol";
import {
  type Acceptance,
  type Holder,
  meetingRelays,
  type RelayPool,
  type Stores,
  type Timers,
} from "@intentcast/relay-client";
import { type Log, logFailure } from "../log.ts";
import type { Post } from "./entry.ts";
import type { Ledger } from "./ledger.ts";
import type { Posted } from "./posts.ts";

const retryAfterMs = 5_000;

/** Refusals that pass: the same bytes may be taken later, or that they were be written down. */
const passing: ReadonlySet<RejectCode> = new Set<RejectCode>([
  "no-relay",
  "connection-lost",
  "overloaded",
  "rate-limited",
  "store-failed",
  "store-full",
  "shutting-down",
  "read-only",
  "not-yet-valid",
  "journal-failed",
]);

export type OutboxPorts = {
  readonly pool: RelayPool;
  /** The seller's own relays. */
  readonly relays: readonly string[];
  readonly stores: Stores;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ledger: Ledger;
  readonly log: Log;
};

export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #sending = new Map<string, Promise<void>>();
  /** What is being written down about relays that have taken something. */
  readonly #writings = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  /**
   * Sends a message to our own relays, and to where its buyer and we meet. Returns at once; a message that is being sent
   * already is not sent twice at a time.
   */
  send(post: Post): void {
    const { relays } = this.#ports;
    this.#start(post, [...new Set([...relays, ...meetingRelays(relays, post.relays)])]);
  }

  /**
   * Sends again, to the byte, what lay in a store that is gone, to the relay whose store it was: as long as its buyer may
   * wait for it, and for a few stores of a relay only.
   */
  sendAgain(): void {
    const { ledger, stores, log } = this.#ports;
    for (const posted of ledger.posts.all()) {
      const { post, holders } = posted;
      if (!holders.some((holder) => stores.isGone(holder)) || !this.#isWanted(posted)) continue;
      const relays = stores.claim(toHex(post.sealed.id), holders);
      if (relays.length === 0) continue;
      log("info", "sent-again", { message: shortHex(post.sealed.id), relays: relays.join(" ") });
      this.#start(post, relays);
    }
  }

  #isWanted({ thread, message, post }: Posted): boolean {
    const { clock, ledger } = this.#ports;
    const deal = ledger.thread(thread)?.deal;
    return clock() < post.sealed.expires && deal !== undefined && !isAnswered(deal, message);
  }

  #start(post: Post, relays: readonly string[]): void {
    const key = `${toHex(post.sealed.id)} ${relays.join(" ")}`;
    if (this.#stop.signal.aborted || this.#sending.has(key)) return;
    const sending = this.#deliver(post, relays)
      .catch((error: unknown) => this.#failed(error, post))
      .finally(() => this.#sending.delete(key));
    this.#sending.set(key, sending);
  }

  #failed(error: unknown, post: Post): void {
    if (this.#stop.signal.aborted) return;
    logFailure(this.#ports.log, "not-sent", error, { message: shortHex(post.sealed.id) });
  }

  async #deliver(post: Post, relays: readonly string[]): Promise<void> {
    const { clock, log } = this.#ports;
    while (clock() < post.sealed.expires && !this.#stop.signal.aborted) {
      try {
        await this.#publish(post, relays);
        log("info", "sent", { message: shortHex(post.sealed.id) });
        return;
      } catch (error) {
        if (this.#stop.signal.aborted || !(error instanceof IntentcastError) || !passing.has(error.code))
          throw error;
        await this.#pause();
      }
    }
  }

  /** Publishes, and writes down which relays' stores have it; resolves when the first one does. */
  async #publish(post: Post, relays: readonly string[]): Promise<void> {
    const { signal } = this.#stop;
    const writings: Promise<void>[] = [];
    const accepted = ({ relay, store }: Acceptance): void => {
      const writing = this.#stored(post, { relay, store });
      writings.push(writing);
      const written: Promise<void> = writing
        .catch((error: unknown) => this.#failed(error, post))
        .finally(() => this.#writings.delete(written));
      this.#writings.add(written);
    };
    await this.#ports.pool.publish(post.sealed.bytes, { relays, signal, accepted });
    await Promise.all(writings);
  }

  async #stored({ sealed }: Post, holder: Holder): Promise<void> {
    const { ledger, stores } = this.#ports;
    const key = `sent/${toHex(sealed.id)}/${holder.store}/${holder.relay}`;
    await ledger.record({ type: "sent", id: sealed.id, holder }, key);
    // The relay may have come back with another store before this was written down.
    if (stores.isGone(holder)) this.sendAgain();
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#ports.timers(retryAfterMs, resolve);
    const { signal } = this.#stop;
    const wake = (): void => resolve();
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    signal.removeEventListener("abort", wake);
    cancel();
  }

  /** Resolves when everything handed in so far has been stored by a relay, or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#sending.values());
  }

  /** Stops trying. What has not been sent stays in the journal for the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#sending.values());
    await Promise.all(this.#writings);
  }
}
