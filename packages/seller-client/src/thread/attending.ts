/** What is ours to do in a thread, by what its deal has come to: the seller's hooks decide, and it is said. */
import { type Deal, type Filter, matches, type Private } from "@intentcast/protocol";
import type { Hooks } from "../answering.ts";
import { type Log, logFailure } from "../log.ts";
import type { Ledger } from "./ledger.ts";
import type { Voice } from "./voice.ts";

type Claim = { readonly filter: Filter; readonly hooks: Hooks };

export type AttendingPorts = {
  readonly ledger: Ledger;
  readonly voice: Voice;
  readonly log: Log;
};

export class Attending {
  readonly #ports: AttendingPorts;
  readonly #claims: Claim[] = [];

  constructor(ports: AttendingPorts) {
    this.#ports = ports;
  }

  /** From now on these hooks decide in threads whose intent the filter describes and no earlier claim does. */
  claim(filter: Filter, hooks: Hooks): void {
    this.#claims.push({ filter, hooks });
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
    try {
      for (let spoke = true; spoke; ) {
        const deal = this.#ports.ledger.thread(key)?.deal;
        spoke = deal !== undefined && (await this.#step(deal, this.#hooksFor(deal)));
      }
    } catch (error) {
      logFailure(this.#ports.log, "hook-failed", error, { thread: key.slice(0, 8) });
    }
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
