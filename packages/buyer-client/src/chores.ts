/** What a buyer does without anybody waiting for it: in the background, and again later; all of it ends at once. */
import { IntentcastError, reject } from "@intentcast/protocol";
import type { Timers } from "@intentcast/relay-client";
import type { BuyerLog } from "./ports.ts";

const retryAfterMs = 15_000;

export class Chores {
  readonly #timers: Timers;
  readonly #log: BuyerLog;
  readonly #pending = new Set<() => void>();
  readonly #closing = new AbortController();

  constructor(timers: Timers, log: BuyerLog) {
    this.#timers = timers;
    this.#log = log;
  }

  /** Aborted when the buyer is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Does not wait for the work; that it failed goes to the log. */
  inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.signal.aborted) this.#log("failed", { reason: String(error) });
    });
  }

  /** Tries again in a while. */
  retry(again: () => Promise<unknown>): undefined {
    this.after(retryAfterMs, () => this.inBackground(again()));
  }

  after(ms: number, action: () => void): void {
    if (this.signal.aborted) return;
    const cancel = this.#timers(ms, () => {
      this.#pending.delete(cancel);
      if (!this.signal.aborted) action();
    });
    this.#pending.add(cancel);
  }

  stop(): void {
    this.#closing.abort(new IntentcastError(reject("connection-lost", "the buyer was closed").error));
    for (const cancel of this.#pending) cancel();
  }
}
