/** All threads of a seller, as its journal tells them: a fold over its entries, in every process that reads it. */
import type { Entry, Journal } from "@intentcast/journal";
import {
  advance,
  type Deal,
  day,
  hour,
  isTerminal,
  ok,
  openDeal,
  type Reject,
  type Result,
  reject,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";
import { type Event, readEvent, writeEvent } from "./entry.ts";
import { Posts } from "./posts.ts";

export type Thread = {
  /** The intent's id in hex. */
  readonly key: string;
  readonly deal: Deal;
  /** Where the award stands in the journal: of two awards the lower came first. */
  readonly awardedAt?: number;
  /** What we said last or heard last, by our clock. */
  readonly movedAt: UnixSeconds;
};

export class Ledger {
  readonly posts = new Posts();
  readonly #journal: Journal;
  readonly #threads = new Map<string, Thread>();
  readonly #watchers: ((thread: Thread) => void)[] = [];
  readonly #refusals = new Map<number, Reject>();
  #last = 0;
  #reading: Promise<void> = Promise.resolve();

  private constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Reads the whole journal. Throws an IntentcastError `journal-broken` for an entry that cannot be read. */
  static async open(journal: Journal): Promise<Ledger> {
    const ledger = new Ledger(journal);
    await ledger.refresh();
    return ledger;
  }

  get threads(): readonly Thread[] {
    return [...this.#threads.values()];
  }

  thread(key: string): Thread | undefined {
    return this.#threads.get(key);
  }

  /** Tells of each thread that something was said in, by this process or another, as soon as the ledger knows. */
  watch(moved: (thread: Thread) => void): void {
    this.#watchers.push(moved);
  }

  /**
   * Writes an event down and takes it into account. Of all who write under one key, in this process or another,
   * one succeeds and the others are told `journal-conflict`.
   */
  async record(event: Event, key?: string): Promise<Result<void, Reject>> {
    const entry = { ...writeEvent(event), ...(key !== undefined && { key: `seller/${key}` }) };
    const position = await this.#journal.append(entry);
    await this.refresh();
    if (position === "taken") return reject("journal-conflict", key);
    const refusal = this.#refusals.get(position);
    return refusal === undefined ? ok(undefined) : { ok: false, error: refusal };
  }

  /** Takes into account what other processes have written down. */
  refresh(): Promise<void> {
    const reading = this.#reading.then(async () => {
      for (const entry of await this.#journal.read(this.#last)) {
        this.#last = entry.position;
        this.#apply(entry);
      }
    });
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  #apply(entry: Entry): void {
    const event = readEvent(entry);
    if (event?.type === "sent") this.posts.stored(event.id, event.holder);
    else if (event !== undefined) this.#said(event, entry.position);
  }

  #said(event: Exclude<Event, { type: "sent" }>, position: number): void {
    const { message, at } = event;
    const key = toHex(message.body.thread);
    const thread = this.#threads.get(key) ?? fresh(event, key);
    const next = thread === undefined ? reject("thread-mismatch", key) : advance(thread.deal, message, at);
    if (!next.ok || thread === undefined) {
      if (!next.ok) this.#refusals.set(position, next.error);
      return;
    }
    if ("post" in event) this.posts.add({ thread: key, message, post: event.post }, at);
    const moved: Thread = {
      ...thread,
      deal: next.value,
      movedAt: at,
      ...(message.kind === "award" && { awardedAt: position }),
    };
    this.#threads.set(key, moved);
    for (const tell of this.#watchers) tell(moved);
  }
}

const fresh = (event: Event, key: string): Thread | undefined =>
  event.type === "answered" ? { key, deal: openDeal(event.intent), movedAt: event.at } : undefined;

/** As long as relays keep anything. */
export const keepSeconds = 30 * day;

/** For how long after an offer's end its envelope and its mailbox are kept, for clocks and relays that lag. */
export const graceSeconds = hour;

/** Whether the buyer can still have something to say that concerns us. */
export function isLive({ deal, movedAt }: Thread, now: UnixSeconds): boolean {
  if (isTerminal(deal.phase)) return false;
  const offers = deal.messages.flatMap((one) => (one.kind === "offer" ? [one.body.expires] : []));
  return now <= (deal.award === undefined ? Math.max(0, ...offers) + graceSeconds : movedAt + keepSeconds);
}
