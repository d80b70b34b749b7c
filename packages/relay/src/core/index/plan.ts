/**
 * Where a filter is posted: under the keys that the fewest messages carry, at a price for each posting. A plan names up to
 * three groups of the filter; its keys are their cross product.
 */
import type { Frequencies } from "./frequencies.ts";
import { type Groups, mostKeys, role } from "./groups.ts";

/**
 * Three numbers of groups in one, counted from 1, a byte each: the first, a place beside a category, an attribute or word
 * beside either. 0 is the plan of a filter with no group: it is posted under its kinds.
 */
export type Plan = number;

export const byKinds: Plan = 0;
export const firstOf = (plan: Plan): number => (plan & 0xff) - 1;
export const secondOf = (plan: Plan): number => ((plan >>> 8) & 0xff) - 1;
export const thirdOf = (plan: Plan): number => ((plan >>> 16) & 0xff) - 1;
export const planOf = (first: number, second: number, third: number): Plan =>
  (first + 1) | ((second + 1) << 8) | ((third + 1) << 16);
export const uses = (plan: Plan, group: number): boolean =>
  firstOf(plan) === group || secondOf(plan) === group || thirdOf(plan) === group;

/** What a posting costs, in looks at a filter by a message. */
const priceOfPosting = 1e-4;

/** Of attributes and words the first so many are considered. */
const mostExtras = 32;

/** Chooses plans and judges them. */
export class Planner {
  readonly #frequencies: Frequencies;
  /** By group: how many of its texts a message carries on average. */
  readonly #shares: number[] = [];
  readonly #categories: number[] = [];
  readonly #places: number[] = [];
  readonly #extras: number[] = [];
  #best: Plan = byKinds;
  #least = 1;

  constructor(frequencies: Frequencies) {
    this.#frequencies = frequencies;
  }

  /** The cheapest plan for a filter, as messages are now. */
  choose(groups: Groups): Plan {
    this.#sort(groups);
    this.#best = byKinds;
    this.#least = 1;
    for (let group = 0; group < groups.count; group++) {
      if (groups.roles[group] !== role.terms && group < 0xff) this.#consider(groups, group, -1, -1);
    }
    for (const category of this.#categories) {
      this.#withExtras(groups, category, -1);
      for (const place of this.#places) {
        this.#consider(groups, category, place, -1);
        this.#withExtras(groups, category, place);
      }
    }
    for (const place of this.#places) this.#withExtras(groups, place, -1);
    return this.#best;
  }

  /** What a plan costs a message, in looks at the filter; for the groups of the last `choose`. */
  cost(groups: Groups, plan: Plan): number {
    if (plan === byKinds) return 1;
    return this.#cost(groups, firstOf(plan), secondOf(plan), thirdOf(plan));
  }

  #withExtras(groups: Groups, first: number, second: number): void {
    for (const extra of this.#extras) this.#consider(groups, first, second, extra);
  }

  #consider(groups: Groups, first: number, second: number, third: number): void {
    const cost = this.#cost(groups, first, second, third);
    if (cost >= this.#least) return;
    this.#least = cost;
    this.#best = planOf(first, second, third);
  }

  #cost(groups: Groups, first: number, second: number, third: number): number {
    let keys = groups.size(first);
    let share = this.#shares[first] as number;
    for (const group of [second, third]) {
      if (group < 0) continue;
      keys *= groups.size(group);
      share *= this.#shares[group] as number;
      if (keys > mostKeys) return Number.POSITIVE_INFINITY;
    }
    return share + priceOfPosting * keys;
  }

  #sort(groups: Groups): void {
    this.#categories.length = 0;
    this.#places.length = 0;
    this.#extras.length = 0;
    for (let group = 0; group < groups.count; group++) {
      this.#shares[group] = this.#share(groups, group);
      const as = groups.roles[group] as number;
      if (as === role.category || as === role.broadCategory) this.#categories.push(group);
      else if (as === role.place || as === role.broadPlace) this.#places.push(group);
      else if (as === role.extra && this.#extras.length < mostExtras && group < 0xff)
        this.#extras.push(group);
    }
  }

  #share(groups: Groups, group: number): number {
    let share = 0;
    for (let i = groups.from[group] as number; i < (groups.to[group] as number); i++) {
      share += this.#frequencies.share(
        groups.spaces[i] as number,
        groups.texts[i] as string,
        groups.hashes[i] as number,
      );
    }
    return Math.min(1, share);
  }
}
