/** A buyer's whole state, folded from the facts of the journal: nothing else remembers anything. */
import {
  advance,
  type Deal,
  equalBytes,
  err,
  ok,
  openDeal,
  type Private,
  type Reject,
  type RejectCode,
  type Result,
  type Signed,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { Cursor, Holder } from "@intentcast/relay-client";
import type { Fact, ThreadFact } from "./fact.ts";

/** A message that arrived: when, and how many milliseconds after its intent was cast. */
export type Arrived<M> = { readonly message: M; readonly at: UnixSeconds; readonly afterMs: number };

/** A message from a seller that does not belong where it claims to, and why. */
export type Refused = Arrived<Private> & { readonly reject: Reject };

/** A message of ours with the bytes that carry it. */
export type Sent = { readonly message: Private; readonly envelope: Uint8Array };

/** An intent and all that came of it. */
export type Thread = {
  readonly index: number;
  readonly intent: Signed<"intent">;
  readonly castAt: UnixSeconds;
  /** By the seller's key in hex: there is one deal a seller. */
  readonly deals: ReadonlyMap<string, Deal>;
  /** Every offer that a deal has taken, in the order of arrival. */
  readonly offers: readonly Arrived<Signed<"offer">>[];
  readonly refused: readonly Refused[];
  readonly sent: readonly Sent[];
  /** Awards ever written down, whatever became of them. */
  readonly awards: number;
  readonly close?: Signed<"close">;
  /** Where to read on, by relay. */
  readonly cursors: ReadonlyMap<string, Cursor>;
  /** When the last fact about this thread was written down. */
  readonly touchedAt: UnixSeconds;
};

export type Wallet = {
  /** The last entry folded in. */
  readonly position: number;
  /** The index of the next intent: above all that were ever used. */
  readonly nextIndex: number;
  /** By the intent's id in hex. */
  readonly threads: ReadonlyMap<string, Thread>;
  /** By the id in hex of what relays have stored: in which of their stores, as far as that is known. */
  readonly delivered: ReadonlyMap<string, readonly Holder[]>;
  /** Ids in hex of intents that no relay would take. */
  readonly refused: ReadonlySet<string>;
  /** By a message's id in hex: the copies of it that relays have stored. */
  readonly kept: ReadonlyMap<string, readonly Kept[]>;
};

/** A copy: when a relay stored it, and in which of its stores. */
export type Kept = { readonly at: UnixSeconds; readonly holder?: Holder };

export const emptyWallet: Wallet = {
  position: 0,
  nextIndex: 0,
  threads: new Map(),
  delivered: new Map(),
  refused: new Set(),
  kept: new Map(),
};

/** The wallet with further facts folded in, in their order. The wallet given is left as it was. */
export function foldFacts(
  wallet: Wallet,
  facts: readonly { readonly position: number; readonly fact: Fact }[],
): Wallet {
  if (facts.length === 0) return wallet;
  const threads = new Map(wallet.threads);
  const delivered = new Map(wallet.delivered);
  const refused = new Set(wallet.refused);
  const kept = new Map(wallet.kept);
  let { position, nextIndex } = wallet;

  for (const { position: at, fact } of facts) {
    position = Math.max(position, at);
    switch (fact.kind) {
      case "intent":
        threads.set(toHex(fact.message.id), openThread(fact));
        nextIndex = Math.max(nextIndex, fact.index + 1);
        break;
      case "spent":
        nextIndex = Math.max(nextIndex, fact.index + 1);
        break;
      case "delivered":
        append(delivered, fact.id, fact.holder);
        break;
      case "refused":
        refused.add(toHex(fact.id));
        break;
      case "kept":
        append(kept, fact.id, fact);
        break;
      default: {
        const id = toHex(fact.message.body.thread);
        const thread = threads.get(id);
        if (thread !== undefined) threads.set(id, foldThread(thread, fact));
      }
    }
  }
  return { position, nextIndex, threads, delivered, refused, kept };
}

function append<T>(lists: Map<string, readonly T[]>, id: Uint8Array, one: T | undefined): void {
  const before = lists.get(toHex(id)) ?? [];
  lists.set(toHex(id), one === undefined ? before : [...before, one]);
}

const openThread = ({ index, message, at }: Fact & { kind: "intent" }): Thread => ({
  index,
  intent: message,
  castAt: at,
  deals: new Map(),
  offers: [],
  refused: [],
  sent: [],
  awards: 0,
  cursors: new Map(),
  touchedAt: at,
});

function foldThread(thread: Thread, fact: ThreadFact): Thread {
  const touched = { ...thread, touchedAt: fact.at };
  if (fact.kind === "closed") return { ...touched, close: fact.message };
  return fact.kind === "received" ? foldReceived(touched, fact) : foldSent(touched, fact);
}

function foldReceived(thread: Thread, { message, at, afterMs, cursor }: Fact & { kind: "received" }): Thread {
  const cursors = cursor ? new Map(thread.cursors).set(cursor.relay, cursor) : thread.cursors;
  const arrived = { message, at, afterMs };
  const next = takeMessage(thread, message, at);
  if (next.ok) return takeEarlyOnes(withDeals({ ...thread, cursors }, next.value, arrived), message, at);
  return { ...thread, cursors, refused: [...thread.refused, { ...arrived, reject: next.error }] };
}

const withDeals = (
  thread: Thread,
  deals: Thread["deals"],
  { message, ...when }: Arrived<Private>,
): Thread => ({
  ...thread,
  deals,
  offers: message.kind === "offer" ? [...thread.offers, { message, ...when }] : thread.offers,
});

/** How a message is refused that has overtaken, on another relay, the one that it follows. */
const early: ReadonlySet<RejectCode> = new Set(["prev-unknown", "out-of-turn"]);

/** Messages of one seller may arrive in any order: those that came too early have another try when one is taken. */
function takeEarlyOnes(thread: Thread, { author }: Private, now: UnixSeconds): Thread {
  for (const waiting of thread.refused) {
    if (!early.has(waiting.reject.code) || !equalBytes(waiting.message.author, author)) continue;
    const next = takeMessage(thread, waiting.message, now);
    if (!next.ok) continue;
    const refused = thread.refused.filter((one) => one !== waiting);
    const { reject: _, ...arrived } = waiting;
    return takeEarlyOnes(withDeals({ ...thread, refused }, next.value, arrived), waiting.message, now);
  }
  return thread;
}

/** A message of ours that its deal does not take (another process was first) counts for nothing and is never sent. */
function foldSent(thread: Thread, { message, envelope, at }: Fact & { kind: "sent" }): Thread {
  const awards = thread.awards + (message.kind === "award" ? 1 : 0);
  const next = takeMessage(thread, message, at);
  if (!next.ok) return { ...thread, awards };
  return { ...thread, awards, deals: next.value, sent: [...thread.sent, { message, envelope }] };
}

/** The thread's deals after a message, or why the message belongs to none of them. */
export function takeMessage(
  thread: Thread,
  message: Private,
  now: UnixSeconds,
): Result<Thread["deals"], Reject> {
  const known = dealOf(thread, message);
  const next = advance(known ?? openDeal(thread.intent), message, now);
  if (!next.ok) return err(next.error);
  return ok(new Map(thread.deals).set(toHex(next.value.seller ?? message.author), next.value));
}

/**
 * The deal that a message belongs to: a seller's message to the seller's own, one of ours to that of the message it
 * answers. Mailboxes do not tell: a seller may name another seller's.
 */
function dealOf(thread: Thread, { author, body }: Private): Deal | undefined {
  if (!equalBytes(author, thread.intent.author)) return thread.deals.get(toHex(author));
  return [...thread.deals.values()].find(({ messages }) =>
    messages.some(({ id, kind }) => kind !== "intent" && equalBytes(id, body.prev)),
  );
}
