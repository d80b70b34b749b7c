/** One message on its way to several relays: the first acceptance decides, the other answers are collected. */
import { type Id, IntentcastError, type Reject, type RejectCode, reject } from "@intentcast/protocol";
import type { Acceptance, Refusal } from "./exchange.ts";

/** What became of a message that at least one relay has stored. */
export type Published = {
  readonly id: Id;
  /** The relays that have stored the message so far; it grows until `settled`. */
  readonly accepted: readonly Acceptance[];
  /** The relays that will not, so far; it grows until `settled`. */
  readonly refused: readonly Refusal[];
  /** Resolves when no further answer will come: all have answered, or the attempts were aborted. */
  readonly settled: Promise<void>;
};

export class Publication {
  readonly id: Id;
  readonly relays: readonly string[];
  /** Resolves at the first acceptance; rejects when there can be none any more. */
  readonly first = Promise.withResolvers<Published>();
  readonly #accepted: Acceptance[] = [];
  readonly #refused: Refusal[] = [];
  readonly #settled = Promise.withResolvers<void>();
  readonly #tell: (acceptance: Acceptance) => void;
  #isSettled = false;

  constructor(id: Id, relays: readonly string[], accepted?: (acceptance: Acceptance) => void) {
    this.id = id;
    this.relays = relays;
    this.#tell = accepted ?? (() => undefined);
  }

  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  get isAccepted(): boolean {
    return this.#accepted.length > 0;
  }

  accept(acceptance: Acceptance): void {
    this.#accepted.push(acceptance);
    this.#tell(acceptance);
    this.first.resolve({
      id: this.id,
      accepted: this.#accepted,
      refused: this.#refused,
      settled: this.#settled.promise,
    });
    this.#settleIfAnswered();
  }

  refuse(refusal: Refusal): void {
    this.#refused.push(refusal);
    this.#settleIfAnswered();
  }

  #settleIfAnswered(): void {
    if (this.#accepted.length + this.#refused.length < this.relays.length) return;
    const [refusal] = this.#refused;
    if (refusal !== undefined) this.first.reject(new IntentcastError(refusal.reject));
    this.#settle();
  }

  /** The time for a first acceptance is up: the error names a relay's refusal, if there was one. */
  timeUp(isReached: boolean, afterMs: number): void {
    const [refusal] = this.#refused;
    this.fail(new IntentcastError(refusal?.reject ?? unanswered(isReached, this.relays, afterMs)));
  }

  /** Gives up. A message that has been accepted stays so. */
  fail(error: unknown): void {
    this.first.reject(error);
    this.#settle();
  }

  #settle(): void {
    this.#isSettled = true;
    this.#settled.resolve();
  }
}

function unanswered(isReached: boolean, relays: readonly string[], afterMs: number): Reject {
  const code: RejectCode = isReached ? "connection-lost" : "no-relay";
  const fate = isReached ? "the message may have been stored" : "the message has been dropped";
  return reject(code, `${relays.join(", ")}: no answer in ${afterMs / 1000} seconds; ${fate}`).error;
}
