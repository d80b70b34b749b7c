/**
 * A record: which filter is posted, and its residual, which is whatever of the filter its access key does not decide. It is
 * read in sequence and needs no object.
 *
 * ```
 * word 0   kinds (4 bits), number of the filter (28)
 * word 1   posted under several keys (1 bit), words of the record (8)
 * then     tests, each with its operation in the top 4 bits of its first word
 * ```
 */
import type { Filter } from "@intentcast/protocol";
import { type Groups, role } from "./groups.ts";
import { type Plan, uses } from "./plan.ts";

/** The message carries this token (28 bits). */
export const one = 1;
/** The message carries one of so many tokens, which follow. */
export const any = 2;
/** The message's price can reach this: currency (15 bits), and 45 bits of the amount, 32 of them in the next word. */
export const price = 3;
/** The same for one of so many pairs of words that follow. */
export const anyPrice = 4;
/** What the message requires is among so many tokens that follow. */
export const terms = 5;
/** The message was issued between two moments; four words follow, the upper half of each moment first. */
export const issued = 6;
/** Too long for a record: ask the filter itself. */
export const ask = 7;

export const isSeveral = 0x100;
export const lengthMask = 0xff;
export const numberMask = 0x0fff_ffff;
export const mostWords = 64;

const isCurrency = /^[A-Z]{3}$/;
const mostAmount = 2 ** 45;

/** A currency in 15 bits; 0 for what is no ISO 4217 code. */
export function currencyBits(currency: string): number {
  if (!isCurrency.test(currency)) return 0;
  const letter = (i: number) => currency.charCodeAt(i) - 64;
  return (letter(0) << 10) | (letter(1) << 5) | letter(2);
}

const isMoment = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const fits = ({ currency, least }: { currency: string; least: number }): boolean =>
  isMoment(least) && least < mostAmount && currencyBits(currency) !== 0;

/** The groups that a record repeats: those that are not in the key. What is broad is only ever in a key. */
export const isResidual = (groups: Groups, plan: Plan, group: number): boolean => {
  const as = groups.roles[group];
  return as !== role.broadCategory && as !== role.broadPlace && !uses(plan, group);
};

/** Whether a filter's residual is short enough, and of such numbers, that a record can hold it. */
export function fitsRecord(groups: Groups, plan: Plan): boolean {
  let words = 2;
  for (let group = 0; group < groups.count; group++) {
    if (isResidual(groups, plan, group)) words += 1 + groups.size(group);
  }
  const { prices = [], issued: period } = groups;
  if (period !== undefined) words += 5;
  words += 1 + 2 * prices.length;
  return words <= mostWords && prices.every(fits) && Object.values(period ?? {}).every(isMoment);
}

/** Writes records into one place, from where they are copied to each list. */
export class RecordWriter {
  readonly words = new Int32Array(mostWords);
  length = 0;

  /** The tokens of all residual groups have been found. */
  write(groups: Groups, plan: Plan, number: number, keys: number, asks: boolean): void {
    this.length = 2;
    if (asks) this.#push(ask << 28);
    else this.#residual(groups, plan);
    this.words[0] = (groups.kinds << 28) | number;
    this.words[1] = (keys > 1 ? isSeveral : 0) | this.length;
  }

  #push(word: number): void {
    this.words[this.length++] = word;
  }

  #residual(groups: Groups, plan: Plan): void {
    for (let group = 0; group < groups.count; group++) {
      if (isResidual(groups, plan, group)) this.#group(groups, group);
    }
    if (groups.prices !== undefined) this.#prices(groups.prices);
    if (groups.issued !== undefined) this.#issued(groups.issued);
  }

  #group(groups: Groups, group: number): void {
    const from = groups.from[group] as number;
    const to = groups.to[group] as number;
    const isTerms = groups.roles[group] === role.terms;
    if (to - from === 1 && !isTerms) {
      this.#push((one << 28) | (groups.tokens[from] as number));
      return;
    }
    this.#push(((isTerms ? terms : any) << 28) | (to - from));
    for (let i = from; i < to; i++) this.#push(groups.tokens[i] as number);
  }

  #prices(prices: NonNullable<Filter["prices"]>): void {
    if (prices.length > 1) this.#push((anyPrice << 28) | prices.length);
    for (const { currency, least } of prices) {
      this.#push((price << 28) | (Math.floor(least / 2 ** 32) << 15) | currencyBits(currency));
      this.#push(least | 0);
    }
  }

  #issued({ from = 0, until = Number.MAX_SAFE_INTEGER }: NonNullable<Filter["issued"]>): void {
    this.#push(issued << 28);
    for (const moment of [from, until]) {
      this.#push(Math.floor(moment / 2 ** 32));
      this.#push(moment | 0);
    }
  }
}
