/** What is ours to do in a thread, by what its deal has come to: the seller's hooks decide, and it is said. */
import { type Clock, type Deal, type Filter, matches, type Private } from "@intentcast/protocol";
import type { Timers } from "@intentcast/relay-client";
import type { Hooks } from "../answering.ts";
import type { Background } from "../background.ts";
import { type Log, logFailure } from "../log.ts";
import type { InTurn } from "./in-turn.ts";
import { isLive, type Ledger } from "./ledger.ts";
import type { Voice } from "./voice.ts";

type Claim = { readonly filter: Filter; readonly hooks: Hooks };

/** When a hook has failed it is called again: after half a second, then after twice as long each time. */
const firstRetryMs = 500;
const longestRetryMs = 300_000;

/** A thread whose hook failed. */
type Failing = { readonly failures: number; readonly cancel: () => void };

export type AttendingPorts = {
  readonly ledger: Ledger;
  readonly voice: Voice;
  readonly inTurn: InTurn;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly background: Background;
  readonly log: Log;
};

export class Attending {
  readonly #ports: AttendingPorts;
  readonly #claims: Claim[] = [];
  readonly #failing = new Map<string, Failing>();
  #isClosed = false;

  constructor(ports: AttendingPorts) {
    this.#ports = ports;
  }

  /**
   * From now on these hooks decide in threads whose intent the filter describes and no earlier claim does; at once
   * where something waits to be decided.
   */
  claim(filter: Filter, hooks: Hooks): void {
    this.#claims.push({ filter, hooks });
    for (const { key, deal } of this.#ports.ledger.threads) {
      if (matches(filter, deal.intent)) this.#attendInTurn(key);
    }
  }

  #attendInTurn(key: string): void {
    const { background, inTurn } = this.#ports;
    void background.run(inTurn(key, () => this.attend(key)));
  }

  #hooksFor({ intent }: Deal): Hooks | undefined {
    return this.#claims.find(({ filter }) => matches(filter, intent))?.hooks;
  }

  /** Tells the hooks what a buyer said. */
  tell(key: string, message: Private): void {
    const deal = this.#ports.ledger.thread(key)?.deal;
    try {
      if (deal !== undefined) this.#hooksFor(deal)?.onMessage?.(deal, message);
    } catch (error) {
      logFailure(this.#ports.log, "hook-failed", error, { thread: key.slice(0, 8) });
    }
  }

  /** Does what is to be done in a thread, in its turn. Doing it again does nothing. */
  async attend(key: string): Promise<void> {
    const failures = this.#failing.get(key)?.failures ?? 0;
    this.#failing.get(key)?.cancel();
    this.#failing.delete(key);
    try {
      for (let spoke = true; spoke; ) {
        const deal = this.#ports.ledger.thread(key)?.deal;
        spoke = deal !== undefined && (await this.#step(deal, this.#hooksFor(deal)));
      }
    } catch (error) {
      logFailure(this.#ports.log, "hook-failed", error, { thread: key.slice(0, 8) });
      this.#attendLater(key, failures + 1);
    }
  }

  /** Until it succeeds, or nothing that is said in the thread can matter any more. */
  #attendLater(key: string, failures: number): void {
    const { ledger, clock, timers } = this.#ports;
    const thread = ledger.thread(key);
    if (this.#isClosed || thread === undefined || !isLive(thread, clock())) return;
    const afterMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 20));
    this.#failing.set(key, { failures, cancel: timers(afterMs, () => this.#attendInTurn(key)) });
  }

  /** Calls no hook again that has failed; the next start does. */
  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#failing.values()) cancel();
    this.#failing.clear();
  }

  /** Whether something was said, so that there may be more to do. */
  async #step(deal: Deal, hooks: Hooks | undefined): Promise<boolean> {
    const { voice } = this.#ports;
    if (hooks === undefined) return false;
    switch (deal.phase) {
      case "awarded": {
        const answer = (await hooks.onAward?.(deal)) ?? {};
        return "decline" in answer ? voice.decline(deal, answer) : voice.order(deal, answer);
      }
      case "countered": {
        const answer = await hooks.onCounter?.(deal);
        if (answer === undefined) return false;
        return "decline" in answer ? voice.decline(deal, answer) : voice.offer(deal, answer);
      }
      case "ordered": {
        const details = await hooks.onOrdered?.(deal);
        return details !== undefined && voice.receipt(deal, details);
      }
      default:
        return false;
    }
  }
}
