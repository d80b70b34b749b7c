/** From the seed alone to a journal, on another machine: looks for the buyer's own messages and writes down what they tell. */
import type { Journal } from "@intentcast/journal";
import {
  type Clock,
  IntentcastError,
  portableEquation,
  type Random,
  reject,
  type VerifyEquation,
} from "@intentcast/protocol";
import { connectRelays, type OpenSocket, type RelayPool, type Timers } from "@intentcast/relay-client";
import { Book } from "../book.ts";
import { keyRing } from "../key-ring.ts";
import { recentFirstIndexes } from "../numbering.ts";
import { systemClock, systemRandom, systemTimers } from "../world.ts";
import { type Mail, openMail } from "./mail.ts";
import { readAll } from "./read-all.ts";
import { type Found, writeDown } from "./write-down.ts";

export type { Found, FoundOrder } from "./write-down.ts";

export type RecoverOptions = {
  /** The root seed, 32 bytes, as `wordsToSeed` reads it. */
  readonly seed: Uint8Array;
  /** The relays at which the intents were cast. */
  readonly relays: readonly string[];
  /** Where what is found is written down; it may hold some of it already, and then gets the rest. */
  readonly journal: Journal;
  /** How many unused numbers in a row end the search in each week; 20 by default. */
  readonly gapLimit?: number;
  /** Told of each number that has been looked at, as it happens. */
  readonly onProgress?: (progress: RecoverProgress) => void;
  /** Ends the search; nothing has been written down then. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly equation?: VerifyEquation;
  readonly socket?: OpenSocket;
  readonly timers?: Timers;
};

export type RecoverProgress = {
  /** The number that has been looked at, and whether an intent of ours has it. */
  readonly index: number;
  readonly isUsed: boolean;
  /** Numbers looked at and numbers found in use so far. */
  readonly checked: number;
  readonly found: number;
};

export type Recovered = {
  /** What was found, by number. */
  readonly found: readonly Found[];
  /** Numbers looked at. */
  readonly checked: number;
  /** Relays that could not be reached: they may hold more, and recovering again adds it. */
  readonly unreached: readonly string[];
};

const defaultGapLimit = 20;

/**
 * Finds again, from the seed alone, what relays still hold of the last thirty days: open intents, offers, deals, orders
 * and receipts, and writes it into the journal, with which `openBuyer` then goes on. Each number is looked for on
 * connections of its own, so that no relay learns from them that two intents are one buyer's.
 *
 * What cannot be found: what relays have forgotten; and a deal whose award or offer nobody has kept a copy of: its
 * order is among the found ones, and not provable. Throws an IntentcastError: `no-relay` when none can be reached,
 * `journal-broken` for a journal of another seed; or the signal's reason.
 */
export async function recoverBuyer(options: RecoverOptions): Promise<Recovered> {
  const { seed, relays, journal, gapLimit = defaultGapLimit, onProgress, socket } = options;
  const { clock = systemClock, random = systemRandom, timers = systemTimers } = options;
  const { equation = portableEquation } = options;
  const book = new Book(journal, () => undefined);
  const keys = keyRing(seed);
  await book.refresh();
  book.requireOwn(keys);

  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const connect = (to: readonly string[]): RelayPool =>
    connectRelays({ relays: to, clock, random, equation, timers, ...(socket && { socket }) });
  const { reached, unreached } = await reachable(connect, relays, { random, timers, signal });

  const mails = new Map<number, Mail>();
  let checked = 0;

  async function look(index: number): Promise<Mail> {
    const { signer, mailbox } = keys(index);
    await using channel = connect(reached);
    const said = channel.subscribe({ kinds: ["intent", "close"], authors: [signer.publicKey] });
    const sealed = channel.subscribe({ kinds: ["sealed"] }, { mailboxes: [mailbox.signer] });
    const both = await Promise.all([said, sealed].map((one) => readAll(one, { timers, signal })));
    return openMail(index, keys(index), both.flat(), equation);
  }

  /** Looks at the numbers of one week, which run on into the next where they were many. */
  async function walk(first: number): Promise<void> {
    for (let index = first, gap = 0; gap < gapLimit; index++) {
      if (mails.has(index)) {
        gap = 0;
        continue;
      }
      const mail = await look(index);
      gap = mail.isUsed ? 0 : gap + 1;
      if (mail.isUsed) mails.set(index, mail);
      checked++;
      onProgress?.({ index, isUsed: mail.isUsed, checked, found: mails.size });
    }
  }

  const walks = recentFirstIndexes(clock()).map((first) =>
    walk(first).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(walks);
  await Promise.all(walks);

  const found: Found[] = [];
  const inOrder = [...mails.values()].sort((a, b) => a.index - b.index);
  for (const mail of inOrder) found.push(await writeDown(mail, { book, clock, random }));
  return { found, checked, unreached };
}

type Limits = { readonly random: Random; readonly timers: Timers; readonly signal: AbortSignal };

/** Which relays answer, asked once for all: one that does not would hold up every number. Throws `no-relay`. */
async function reachable(
  connect: (relays: readonly string[]) => RelayPool,
  relays: readonly string[],
  { random, timers, signal }: Limits,
): Promise<{ reached: readonly string[]; unreached: readonly string[] }> {
  await using pool = connect(relays);
  // Nobody is the author; that there is nothing is an answer all the same.
  const nothing = pool.subscribe({ kinds: ["close"], authors: [random(32)] });
  await readAll(nothing, { timers, signal });
  const isReached = new Map(pool.status().map(({ address, state }) => [address, state === "open"]));
  const addresses = [...isReached.keys()];
  const reached = addresses.filter((address) => isReached.get(address));
  if (reached.length === 0) throw new IntentcastError(reject("no-relay", relays.join(", ")).error);
  return { reached, unreached: addresses.filter((address) => !isReached.get(address)) };
}
