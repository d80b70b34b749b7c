/** Where a buyer's mail comes in and goes out: it writes down what happens, then acts on it. */
import {
  awardsLeft,
  type Body,
  type Clock,
  type Deal,
  describeReject,
  equalBytes,
  findMessage,
  IntentcastError,
  type IntentKeys,
  intentKeys,
  isTerminal,
  openSealed,
  type Private,
  type Random,
  type Reject,
  type RejectCode,
  type Result,
  reject,
  type Sealed,
  type Seconds,
  type Signed,
  type Signer,
  sealMessage,
  toHex,
  unwrap,
  type VerifyEquation,
  writeMessage,
} from "@intentcast/protocol";
import type { Cursor, Published, RelayPool, Subscription, Timers } from "@intentcast/relay-client";
import type { Book } from "./book.ts";
import { factKeys } from "./fact.ts";
import type { News } from "./news.ts";
import { type Sent, type Thread, takeMessage } from "./wallet.ts";
import type { Stopwatch } from "./world.ts";

/** What the buyer does that somebody may want to see: an event, and its particulars. No secret is among them. */
export type BuyerLog = (event: string, fields: Readonly<Record<string, string | number>>) => void;

export type DeskOptions = {
  readonly seed: Uint8Array;
  readonly relays: readonly string[];
  readonly book: Book;
  readonly news: News;
  readonly pool: RelayPool;
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  readonly random: Random;
  readonly equation: VerifyEquation;
  readonly timers: Timers;
  readonly log: BuyerLog;
};

/** How long relays keep our sealed messages for a seller who is away. The same for all: it tells nothing. */
const sealedLifetimeSeconds: Seconds = 14 * 86_400;

/** How long after the last word about a purchase its mailbox is read: for returns and warranty. */
const aftercareSeconds: Seconds = 60 * 86_400;

const retryAfterMs = 15_000;

/** Messages of one thread that belong nowhere and are kept nevertheless; what else comes is dropped with a log line. */
const mostRefused = 256;

/** Refusals that a relay may take back later. */
const passing: ReadonlySet<RejectCode> = new Set([
  "no-relay",
  "connection-lost",
  "shutting-down",
  "rate-limited",
  "read-only",
  "store-failed",
  "store-full",
]);

/** The fields that every message of a thread begins with. */
type Head = Pick<Body<"note">, "nonce" | "issued" | "thread" | "prev" | "to">;
type Compose = (head: Head, signer: Signer) => Result<Private, Reject>;

export class Desk {
  readonly options: DeskOptions;
  readonly #keys = new Map<number, IntentKeys>();
  readonly #castMarks = new Map<string, number>();
  readonly #mailboxes = new Map<string, { subscription: Subscription; reading: Promise<void> }>();
  readonly #failures = new Map<string, Reject>();
  readonly #timers = new Set<() => void>();
  readonly #closing = new AbortController();

  constructor(options: DeskOptions) {
    this.options = options;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** The thread of an intent that is known to be in the wallet. */
  thread(id: string): Thread {
    return this.options.book.wallet.threads.get(id) as Thread;
  }

  keys(index: number): IntentKeys {
    const known = this.#keys.get(index) ?? intentKeys(this.options.seed, index);
    this.#keys.set(index, known);
    return known;
  }

  nonce(): Uint8Array {
    return this.options.random(16);
  }

  /** Throws why the thread's mailbox cannot be read, if it cannot. */
  assertReading(id: string): void {
    const failure = this.#failures.get(id);
    if (failure !== undefined) throw new IntentcastError(failure);
  }

  // Coming in

  /** Reads the thread's mailbox as long as mail is due: until the intent expires, after an award for longer. */
  listen(id: string): void {
    if (this.isClosed || this.#mailboxes.has(id) || this.options.clock() > this.#dueUntil(id)) return;
    const { mailbox } = this.keys(this.thread(id).index);
    const subscription = this.options.pool.subscribe(
      { kinds: ["sealed"], mailboxes: [mailbox.signer.publicKey] },
      { mailboxes: [mailbox.signer], cursors: [...this.thread(id).cursors.values()], from: "start" },
    );
    const reading = this.#read(id, subscription).catch((error: unknown) => {
      if (this.isClosed) return;
      const why =
        error instanceof IntentcastError
          ? reject(error.code, error.message).error
          : reject("journal-failed", String(error)).error;
      this.#failures.set(id, why);
      this.options.log("mailbox-failed", { thread: id, reason: describeReject(why) });
      this.options.news.announce();
    });
    this.#mailboxes.set(id, { subscription, reading });
    this.#watchTime(id);
  }

  #dueUntil(id: string): number {
    const { intent, awards, touchedAt } = this.thread(id);
    const { expires } = intent.body;
    return awards === 0 ? expires : Math.max(expires, touchedAt + aftercareSeconds);
  }

  /** When the intent has expired, whoever waits for offers looks again; when no mail is due any more, nobody reads. */
  #watchTime(id: string): void {
    const now = this.options.clock();
    const { expires } = this.thread(id).intent.body;
    const due = this.#dueUntil(id);
    if (now > expires) this.options.news.announce();
    if (now > due) {
      void this.#mailboxes.get(id)?.subscription[Symbol.asyncDispose]();
      return;
    }
    const leftSeconds = (now > expires ? due : expires) - now + 1;
    // Timers hold 31 bits of milliseconds: 24 days.
    this.#after(Math.min(leftSeconds, 1_000_000) * 1000, () => this.#watchTime(id));
  }

  async #read(id: string, subscription: Subscription): Promise<void> {
    for await (const { message, cursor } of subscription) {
      if (message.kind === "sealed") await this.#receive(id, message, cursor);
    }
  }

  async #receive(id: string, sealed: Sealed, cursor: Cursor): Promise<void> {
    const { book, clock, equation, log } = this.options;
    const opened = await openSealed(sealed, this.keys(this.thread(id).index).mailbox, equation);
    if (!opened.ok) return log("unreadable", { thread: id, reason: describeReject(opened.error) });
    const message = opened.value;
    const afterMs = this.#sinceCastMs(id);
    const verdict = takeMessage(this.thread(id), message, clock());
    if (!verdict.ok && this.thread(id).refused.length >= mostRefused) {
      return log("dropped", { thread: id, reason: describeReject(verdict.error) });
    }
    const key = factKeys.received(message.id);
    const fact = { kind: "received", at: clock(), afterMs, cursor, message } as const;
    if ((await book.record(fact, key)) === "taken") return;
    log("received", { thread: id, kind: message.kind });
    this.#inBackground(this.settle(id));
  }

  #sinceCastMs(id: string): number {
    const mark = this.#castMarks.get(id);
    if (mark !== undefined) return Math.max(0, Math.round(this.options.stopwatch() - mark));
    return Math.max(0, this.options.clock() - this.thread(id).castAt) * 1000;
  }

  // Going out

  /** Publishes an intent; resolves with what the relays said, or with nothing if they may have it all the same. */
  async publishIntent(id: string): Promise<Published | undefined> {
    const { intent } = this.thread(id);
    this.#castMarks.set(id, this.options.stopwatch());
    try {
      return await this.#publish(intent, this.options.relays);
    } catch (error) {
      if (this.isClosed) throw error;
      const code = error instanceof IntentcastError ? error.code : undefined;
      if (code === "connection-lost") return this.#retry(() => this.publishIntent(id));
      // What nobody has taken shall not come out later by surprise.
      await this.options.book.record({ kind: "refused", id: intent.id });
      throw error;
    }
  }

  /**
   * Writes a message of ours down: the deal must take it, and no other process may have been first. `taken`: an
   * entry with this key exists. What is written is sent by {@link post}.
   */
  async write(
    id: string,
    deal: Deal,
    prev: Uint8Array,
    compose: Compose,
    key?: string,
  ): Promise<Sent | "taken"> {
    const { book, clock, random } = this.options;
    const thread = this.thread(id);
    const to = deal.offer?.body.reply;
    if (to === undefined) throw new IntentcastError(reject("out-of-turn", "there is no offer yet").error);
    const issued = clock();
    const head = { nonce: this.nonce(), issued, thread: thread.intent.id, prev, to: to.mailbox };
    const message = unwrap(compose(head, this.keys(thread.index).signer));
    unwrap(takeMessage(thread, message, issued));
    const lifetime = { issued, expires: issued + sealedLifetimeSeconds };
    const { bytes: envelope } = await sealMessage(message, to, lifetime, random);
    if ((await book.record({ kind: "sent", at: issued, envelope, message }, key)) === "taken") return "taken";
    const sent = this.thread(id).sent.find((one) => equalBytes(one.message.id, message.id));
    if (sent === undefined) throw new IntentcastError(reject("journal-conflict").error);
    return sent;
  }

  /** Sends what has been written down, to our relays and to those where the seller reads. */
  async post(id: string, { message, envelope }: Sent): Promise<void> {
    const deals = [...this.thread(id).deals.values()];
    const deal = deals.find((one) => findMessage(one, message.id) !== undefined);
    const relays = [...new Set([...this.options.relays, ...(deal?.offer?.body.reply.relays ?? [])])];
    try {
      await this.#publish({ id: message.id, bytes: envelope }, relays);
    } catch (error) {
      if (error instanceof IntentcastError && passing.has(error.code)) {
        this.#retry(() => this.post(id, { message, envelope }));
      }
      throw error;
    }
    await this.settle(id);
  }

  /** Tells everyone that the intent is over, once. */
  async close(id: string, reason: Body<"close">["reason"]): Promise<void> {
    const { book, clock } = this.options;
    const { intent, index, close } = this.thread(id);
    const { expires } = intent.body;
    const issued = clock();
    if (close !== undefined || issued >= expires) return;
    const body = { nonce: this.nonce(), issued, expires, thread: intent.id, reason };
    const message = unwrap(writeMessage("close", body, this.keys(index).signer));
    const written = await book.record({ kind: "closed", at: issued, message }, factKeys.close(intent.id));
    if (written === "written") await this.#postClose(message);
  }

  async #postClose(close: Signed<"close">): Promise<void> {
    await this.#publish(close, this.options.relays).catch((error: unknown) => {
      const isPassing = error instanceof IntentcastError && passing.has(error.code);
      this.options.log("close-failed", { reason: String(error) });
      if (isPassing) this.#retry(() => this.#postClose(close));
    });
  }

  /** Publishes and writes down that it has been done. */
  async #publish(
    { id, bytes }: { readonly id: Uint8Array; readonly bytes: Uint8Array },
    relays: readonly string[],
  ): Promise<Published> {
    const { pool, book } = this.options;
    const { signal } = this.#closing;
    const published = await pool.publish(bytes, { relays, signal }).catch((error: unknown) => {
      // A seller's message may name an address that is none; ours are good.
      const isTheirs = error instanceof IntentcastError && error.code === "relay-address";
      if (isTheirs) return pool.publish(bytes, { signal });
      throw error;
    });
    await book.record({ kind: "delivered", id }, factKeys.delivered(id));
    return published;
  }

  /** Does what follows from the state of a thread, whoever brought it about, and whether or not it was done before. */
  async settle(id: string): Promise<void> {
    const { intent, awards, deals } = this.thread(id);
    if (awards === 0 || awardsLeft(intent, [...deals.values()]) > 0) return;
    await this.close(id, "awarded");
    const winners = [...deals.values()].filter(
      ({ award, phase }) => award !== undefined && !isTerminal(phase),
    );
    // Until the winners have confirmed, the others' offers are the buyer's way out.
    if (winners.some(({ order }) => order === undefined)) return;
    for (const deal of deals.values()) {
      if (deal.phase === "offered" || deal.phase === "countered") {
        await this.decline(id, deal, "awarded-elsewhere").catch((error: unknown) =>
          this.options.log("decline-failed", { thread: id, reason: String(error) }),
        );
      }
    }
  }

  async decline(id: string, deal: Deal, reason: Body<"decline">["reason"], note?: string): Promise<void> {
    const prev = (deal.award ?? deal.offer)?.id;
    if (prev === undefined) throw new IntentcastError(reject("out-of-turn", "there is no offer yet").error);
    const body = { reason, ...(note === undefined ? {} : { note }) };
    const compose: Compose = (head, signer) => writeMessage("decline", { ...head, ...body }, signer);
    const key = reason === "awarded-elsewhere" ? factKeys.farewell(prev) : undefined;
    const sent = await this.write(id, deal, prev, compose, key);
    if (sent !== "taken") await this.post(id, sent);
  }

  // From one run to the next

  /** Goes on where an earlier run stopped: reads the mailboxes, and sends verbatim what no relay has confirmed. */
  resume(): void {
    const { wallet } = this.options.book;
    const isDone = (id: Uint8Array) => wallet.delivered.has(toHex(id));
    const now = this.options.clock();
    for (const [id, thread] of wallet.threads) {
      if (wallet.refused.has(id)) continue;
      this.listen(id);
      const isWorthwhile = now <= this.#dueUntil(id);
      if (!isWorthwhile) continue;
      if (!isDone(thread.intent.id) && now < thread.intent.body.expires) {
        this.#inBackground(this.publishIntent(id));
      }
      for (const sent of thread.sent) {
        if (!isDone(sent.message.id)) this.#inBackground(this.post(id, sent));
      }
      if (thread.close !== undefined && !isDone(thread.close.id)) {
        this.#inBackground(this.#postClose(thread.close));
      }
      this.#inBackground(this.settle(id));
    }
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.isClosed) this.options.log("failed", { reason: String(error) });
    });
  }

  #retry(again: () => Promise<unknown>): undefined {
    this.#after(retryAfterMs, () => this.#inBackground(again()));
  }

  #after(ms: number, action: () => void): void {
    if (this.isClosed) return;
    const cancel = this.options.timers(ms, () => {
      this.#timers.delete(cancel);
      if (!this.isClosed) action();
    });
    this.#timers.add(cancel);
  }

  async shut(): Promise<void> {
    this.#closing.abort(new IntentcastError(reject("connection-lost", "the buyer was closed").error));
    for (const cancel of this.#timers) cancel();
    this.options.news.announce();
    await Promise.all(
      [...this.#mailboxes.values()].map(({ subscription }) => subscription[Symbol.asyncDispose]()),
    );
    await this.options.pool[Symbol.asyncDispose]();
    await Promise.all([...this.#mailboxes.values()].map(({ reading }) => reading));
  }
}
