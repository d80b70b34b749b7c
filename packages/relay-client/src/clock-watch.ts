/** Notices that a relay's clock and ours disagree, so that somebody can be told: no clock is set by another. */
import type { Seconds } from "@intentcast/protocol";
import type { Introduction } from "./exchange.ts";

/** Offers are firm for minutes, and relays allow five for clocks that differ: less than this troubles nobody. */
const notable: Seconds = 60;

/** How far a relay's clock is ahead of ours, negative where it is behind; 0 when they have come to agree. */
export type ClockNews = { readonly relay: string; readonly clockAhead: Seconds };

export class ClockWatch {
  readonly #told = new Map<string, Seconds>();

  /** What is new about a relay's clock: the difference when it is first seen or has changed; nothing otherwise. */
  look({ relay, clockAhead }: Introduction): ClockNews | undefined {
    const told = this.#told.get(relay) ?? 0;
    const ahead = Math.abs(clockAhead) < notable ? 0 : clockAhead;
    if (ahead === 0 ? told === 0 : Math.abs(ahead - told) < notable) return undefined;
    this.#told.set(relay, ahead);
    return { relay, clockAhead: ahead };
  }
}
