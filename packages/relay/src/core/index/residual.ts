/**
 * A record: which filter is posted, and its residual, which is whatever of the filter its access key does not decide. It is
 * read in sequence and needs no object.
 *
 * ```
 * word 0   kinds (4 bits), number of the filter (28)
 * word 1   about the price, if there is one (23 bits), posted under several keys (1), too long for a record (1), words of
 *          the record (7)
 * then     the price, if there is one: currency (15 bits), and 45 bits of the amount, 32 of them in the second word
 *          tests, each with its operation in the top 4 bits of its first word
 * ```
 */
import type { Filter } from "@intentcast/protocol";
import { type Groups, role } from "./groups.ts";
import { type Plan, uses } from "./plan.ts";

/** The message carries this token (28 bits). */
export const one = 1;
/** The message carries one of so many tokens, which follow. */
export const any = 2;
/** The message's price reaches one of so many pairs of words that follow. */
export const anyPrice = 3;
/** What the message requires is among so many tokens that follow. */
export const terms = 4;
/** The message was issued between two moments; four words follow, the upper half of each moment first. */
export const issued = 5;

export const lengthMask = 0x7f;
/** Ask the filter itself. */
export const isLong = 0x80;
export const isSeveral = 0x100;
/** Above these bits stands the price's `roughly`, or 0. */
export const roughShift = 9;
export const roughBits = 23;
export const numberMask = 0x0fff_ffff;
export const mostWords = 64;

type Price = NonNullable<Filter["prices"]>[number];

const isCurrency = /^[A-Z]{3}$/;
const mostAmount = 2 ** 45;

/** A currency in 15 bits; 0 for what is no ISO 4217 code. */
export function currencyBits(currency: string): number {
  if (!isCurrency.test(currency)) return 0;
  const letter = (i: number) => currency.charCodeAt(i) - 64;
  return (letter(0) << 10) | (letter(1) << 5) | letter(2);
}

/**
 * A currency and about how much of it, in 23 bits: for two amounts of one currency, the greater has the greater number or
 * the same.
 */
export function roughly(currency: number, amount: number): number {
  const exponent = amount < 1 ? 0 : 1 + Math.floor(Math.log2(amount));
  return (currency << 8) | (4 * exponent + (Math.floor(amount / 2 ** (exponent - 3)) & 3));
}

/**
 * How records stand in a long list, given their word 1: those with equally many words of tests together, and of these in the
 * order of their prices. So a look through them turns one way for a long time, and passes over what is too dear unseen.
 */
export function orderOf(shape: number): number {
  const rough = shape >>> roughShift;
  const tests = (shape & lengthMask) - (rough === 0 ? 2 : 4);
  return (Math.min(tests, 3) << roughBits) | rough;
}

const isMoment = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const fits = ({ currency, least }: Price): boolean =>
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
  #length = 0;

  /** The words of the record. The tokens of all residual groups have been found. */
  write(groups: Groups, plan: Plan, number: number, hasSeveral: boolean, asks: boolean): number {
    this.#length = 2;
    let about = hasSeveral ? isSeveral : 0;
    if (asks) about |= isLong;
    else {
      about |= this.#onlyPrice(groups.prices) << roughShift;
      this.#residual(groups, plan);
    }
    this.words[0] = (groups.kinds << 28) | number;
    this.words[1] = about | this.#length;
    return this.#length;
  }

  #push(word: number): void {
    this.words[this.#length++] = word;
  }

  #residual(groups: Groups, plan: Plan): void {
    for (let group = 0; group < groups.count; group++) {
      if (isResidual(groups, plan, group)) this.#group(groups, group);
    }
    if (groups.prices !== undefined && groups.prices.length > 1) this.#prices(groups.prices);
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

  #prices(prices: readonly Price[]): void {
    this.#push((anyPrice << 28) | prices.length);
    for (const price of prices) this.#price(price);
  }

  #price({ currency, least }: Price): void {
    this.#push((Math.floor(least / 2 ** 32) << 15) | currencyBits(currency));
    this.#push(least | 0);
  }

  /** Writes the price where there is one and no more; its `roughly`, or 0. */
  #onlyPrice(prices: Filter["prices"]): number {
    const price = prices?.length === 1 ? prices[0] : undefined;
    if (price === undefined) return 0;
    this.#price(price);
    return roughly(currencyBits(price.currency), price.least);
  }

  #issued({ from = 0, until = Number.MAX_SAFE_INTEGER }: NonNullable<Filter["issued"]>): void {
    this.#push(issued << 28);
    for (const moment of [from, until]) {
      this.#push(Math.floor(moment / 2 ** 32));
      this.#push(moment | 0);
    }
  }
}
