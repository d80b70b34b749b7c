/** Where a buyer's mail comes in: it reads the mailboxes of threads as long as mail is due, and writes down what comes. */
import {
  describeReject,
  IntentcastError,
  openCopy,
  openSealed,
  type Private,
  type Reject,
  reject,
  type Sealed,
} from "@intentcast/protocol";
import type { Cursor, RelayPool, Subscription } from "@intentcast/relay-client";
import { factKeys } from "./fact.ts";
import type { Ports } from "./ports.ts";
import { type Thread, takeMessage } from "./wallet.ts";

/** How long after the last word about a purchase its mailbox is read: for returns and warranty. */
const aftercareSeconds = 60 * 86_400;

/** Messages of one thread that belong nowhere and are kept nevertheless; what else comes is dropped with a log line. */
const mostRefused = 256;

export class Inbox {
  readonly #ports: Ports;
  readonly #arrived: (id: string) => void;
  readonly #castMarks = new Map<string, number>();
  readonly #listening = new Set<string>();
  readonly #readings = new Set<Promise<void>>();
  readonly #failures = new Map<string, Reject>();

  /** `arrived` is told the thread of each message that has been written down. */
  constructor(ports: Ports, arrived: (id: string) => void) {
    this.#ports = ports;
    this.#arrived = arrived;
  }

  /** Reads the thread's mailbox as long as mail is due: until the intent expires, after an award for longer. */
  listen(id: string): void {
    const { channels, chores } = this.#ports;
    if (chores.signal.aborted || this.#listening.has(id) || !this.isDue(id)) return;
    this.#listening.add(id);
    channels.attend(id, (channel) => this.#readOver(id, channel));
    this.#watchTime(id);
  }

  /** Whether mail may still come that matters. */
  isDue(id: string): boolean {
    return this.#ports.clock() <= this.#dueUntil(id);
  }

  /** Throws why the thread's mailbox cannot be read, if it cannot. */
  assertReading(id: string): void {
    const failure = this.#failures.get(id);
    if (failure !== undefined) throw new IntentcastError(failure);
  }

  /** The moment from which it is measured how long answers take. */
  markCast(id: string): void {
    this.#castMarks.set(id, this.#ports.stopwatch());
  }

  /** Resolves when nothing is being read any more; to be called when all channels are closed. */
  async settled(): Promise<void> {
    await Promise.all(this.#readings);
  }

  #dueUntil(id: string): number {
    const { intent, awards, touchedAt } = this.#ports.book.thread(id);
    const { expires } = intent.body;
    return awards === 0 ? expires : Math.max(expires, touchedAt + aftercareSeconds);
  }

  /** When the intent has expired, whoever waits for offers looks again; when no mail is due any more, nobody reads. */
  #watchTime(id: string): void {
    const { book, clock, news, chores, channels } = this.#ports;
    const now = clock();
    const { expires } = book.thread(id).intent.body;
    const due = this.#dueUntil(id);
    if (now > expires) news.announce();
    if (now > due) {
      this.#listening.delete(id);
      channels.leave(id);
      return;
    }
    const leftSeconds = (now > expires ? due : expires) - now + 1;
    // Timers hold 31 bits of milliseconds: 24 days.
    chores.after(Math.min(leftSeconds, 1_000_000) * 1000, () => this.#watchTime(id));
  }

  #readOver(id: string, channel: RelayPool): Promise<void> {
    const { keys, book, chores } = this.#ports;
    const { index, cursors } = book.thread(id);
    const { signer } = keys(index).mailbox;
    const subscription = channel.subscribe(
      { kinds: ["sealed"], mailboxes: [signer.publicKey] },
      { mailboxes: [signer], cursors: [...cursors.values()], from: "start" },
    );
    const reading = this.#read(id, subscription)
      .catch((error: unknown) => {
        if (!chores.signal.aborted) this.#failed(id, error);
      })
      .finally(() => this.#readings.delete(reading));
    this.#readings.add(reading);
    return subscription.caughtUp;
  }

  /** Reads no more, and tells those who wait. Where it was the journal that failed, it is tried again in a while. */
  #failed(id: string, error: unknown): void {
    const { log, channels, news, chores } = this.#ports;
    const why =
      error instanceof IntentcastError
        ? reject(error.code, error.message).error
        : reject("journal-failed", String(error)).error;
    this.#failures.set(id, why);
    log("mailbox-failed", { thread: id, reason: describeReject(why) });
    channels.leave(id);
    news.announce();
    if (why.code === "journal-failed") chores.retry(() => this.#readAgain(id));
  }

  async #readAgain(id: string): Promise<void> {
    this.#failures.delete(id);
    if (this.#listening.has(id)) this.#ports.channels.attend(id, (channel) => this.#readOver(id, channel));
  }

  async #read(id: string, subscription: Subscription): Promise<void> {
    for await (const { message, cursor } of subscription) {
      if (message.kind === "sealed") await this.#receive(id, message, cursor);
    }
  }

  async #receive(id: string, sealed: Sealed, cursor: Cursor): Promise<void> {
    const { book, clock, equation, keys, channels, log } = this.#ports;
    const ours = keys(book.thread(id).index);
    const opened = await openSealed(sealed, ours.mailbox, equation);
    if (!opened.ok) {
      const isCopy = (await openCopy(sealed, ours, equation)).ok;
      return isCopy ? undefined : log("unreadable", { thread: id, reason: describeReject(opened.error) });
    }
    const message = opened.value;
    const afterMs = this.#sinceCastMs(id);
    const obstacle = this.#obstacleTo(book.thread(id), message);
    if (obstacle !== undefined) return log("dropped", { thread: id, reason: obstacle });
    const key = factKeys.received(message.id);
    const fact = { kind: "received", at: clock(), afterMs, cursor, message } as const;
    if ((await book.record(fact, key)) === "taken") return;
    log("received", { thread: id, kind: message.kind });
    channels.touch(id);
    this.#arrived(id);
  }

  /** Why a message is not even kept among the refused ones: whoever writes to us must not fill our disk. */
  #obstacleTo(thread: Thread, message: Private): string | undefined {
    const { clock, mostDeals } = this.#ports;
    const verdict = takeMessage(thread, message, clock());
    if (verdict.ok) {
      const isOneTooMany = verdict.value.size > Math.max(mostDeals, thread.deals.size);
      return isOneTooMany ? `${mostDeals} sellers have offered` : undefined;
    }
    // In the journal it would be a part of the thread that it names.
    const isElsewhere = verdict.error.code === "thread-mismatch";
    return isElsewhere || thread.refused.length >= mostRefused ? describeReject(verdict.error) : undefined;
  }

  #sinceCastMs(id: string): number {
    const { stopwatch, clock, book } = this.#ports;
    const mark = this.#castMarks.get(id);
    if (mark !== undefined) return Math.max(0, Math.round(stopwatch() - mark));
    return Math.max(0, clock() - book.thread(id).castAt) * 1000;
  }
}
