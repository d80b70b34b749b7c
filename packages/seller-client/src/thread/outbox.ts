/** Sends what the journal holds and no relay has confirmed, as often as it takes, until it expires. */
import { type Clock, IntentcastError, type RejectCode, shortHex, toHex } from "@intentcast/protocol";
import type { RelayPool, Timers } from "@intentcast/relay-client";
import { type Log, logFailure } from "../log.ts";
import type { Post } from "./entry.ts";
import type { Ledger } from "./ledger.ts";

const retryAfterMs = 5_000;

/** Refusals that pass: the same bytes may be taken later. */
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
]);

export type OutboxPorts = {
  readonly pool: RelayPool;
  /** The seller's own relays; a message goes to them, and to the ones that the buyer named. */
  readonly relays: readonly string[];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ledger: Ledger;
  readonly log: Log;
};

export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #sending = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  /** Returns at once; a message that is being sent already is not sent twice at a time. */
  send(post: Post): void {
    const id = toHex(post.sealed.id);
    if (this.#stop.signal.aborted || this.#sending.has(id)) return;
    const sending = this.#deliver(post)
      .catch((error: unknown) => {
        if (this.#stop.signal.aborted) return;
        logFailure(this.#ports.log, "not-sent", error, { message: shortHex(post.sealed.id) });
      })
      .finally(() => this.#sending.delete(id));
    this.#sending.set(id, sending);
  }

  async #deliver(post: Post): Promise<void> {
    const { pool, relays, clock, ledger, log } = this.#ports;
    const everywhere = [...new Set([...relays, ...post.relays])];
    while (clock() < post.sealed.expires && !this.#stop.signal.aborted) {
      try {
        await pool.publish(post.sealed.bytes, { relays: everywhere, signal: this.#stop.signal });
        await ledger.record({ type: "sent", id: post.sealed.id }, `sent/${toHex(post.sealed.id)}`);
        log("info", "sent", { message: shortHex(post.sealed.id) });
        return;
      } catch (error) {
        if (this.#stop.signal.aborted || !(error instanceof IntentcastError) || !passing.has(error.code))
          throw error;
        await this.#pause();
      }
    }
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
  }
}
