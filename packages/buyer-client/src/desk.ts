/** Where it is decided what follows from what has come in and gone out: a buyer's inbox and outbox, side by side. */
import {
  awardsLeft,
  type Body,
  type Deal,
  IntentcastError,
  isTerminal,
  reject,
  writeMessage,
} from "@intentcast/protocol";
import { ClockWatch, type Introduction, type Published } from "@intentcast/relay-client";
import { factKeys } from "./fact.ts";
import { Inbox } from "./inbox.ts";
import { Keeping } from "./keeping.ts";
import { type Compose, Outbox } from "./outbox.ts";
import type { Ports } from "./ports.ts";
import type { Sent } from "./wallet.ts";

export class Desk {
  readonly ports: Ports;
  readonly inbox: Inbox;
  readonly #keeping: Keeping;
  readonly #outbox: Outbox;
  readonly #clockWatch = new ClockWatch();

  constructor(ports: Ports) {
    this.ports = ports;
    this.inbox = new Inbox(ports, (id) => ports.chores.inBackground(this.settle(id)));
    this.#keeping = new Keeping(ports);
    this.#outbox = new Outbox(ports, this.#keeping, (id) => this.settle(id));
  }

  get isClosed(): boolean {
    return this.ports.chores.signal.aborted;
  }

  /** Publishes an intent; resolves with what the relays said, or with nothing if they may have it all the same. */
  async publishIntent(id: string): Promise<Published | undefined> {
    this.inbox.markCast(id);
    const published = await this.#outbox.publishIntent(id);
    this.ports.chores.inBackground(this.#keeping.keep(id));
    return published;
  }

  /**
   * Says something to the seller of a deal: writes it down, then sends it. `taken`: an entry with this key exists, and
   * nothing has been said.
   */
  async say(
    id: string,
    deal: Deal,
    prev: Uint8Array,
    compose: Compose,
    key?: string,
  ): Promise<Sent | "taken"> {
    const sent = await this.#outbox.write(id, deal, prev, compose, key);
    if (sent === "taken") return sent;
    // An answer is due, also where the intent has expired and nobody reads its mailbox any more.
    this.inbox.listen(id);
    await this.#outbox.post(id, sent);
    return sent;
  }

  async decline(id: string, deal: Deal, reason: Body<"decline">["reason"], note?: string): Promise<void> {
    const prev = (deal.award ?? deal.offer)?.id;
    if (prev === undefined) throw new IntentcastError(reject("out-of-turn", "there is no offer yet").error);
    const body = { reason, ...(note === undefined ? {} : { note }) };
    const compose: Compose = (head, signer) => writeMessage("decline", { ...head, ...body }, signer);
    const key = reason === "awarded-elsewhere" ? factKeys.farewell(prev) : undefined;
    await this.say(id, deal, prev, compose, key);
  }

  /** Tells everyone that the intent is over, once. */
  close(id: string, reason: Body<"close">["reason"]): Promise<void> {
    return this.#outbox.close(id, reason);
  }

  /** Does what follows from the state of a thread, whoever brought it about, and whether or not it was done before. */
  async settle(id: string): Promise<void> {
    await this.#keeping.keep(id);
    const { intent, awards, deals } = this.ports.book.thread(id);
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
          this.ports.log("decline-failed", { thread: id, reason: String(error) }),
        );
      }
    }
  }

  /** Goes on where an earlier run stopped: reads the mailboxes, and sends what no relay has confirmed. */
  resume(): void {
    const { book, chores } = this.ports;
    for (const id of book.wallet.threads.keys()) {
      if (book.wallet.refused.has(id)) continue;
      this.inbox.listen(id);
      if (!this.inbox.isDue(id)) continue;
      this.#outbox.resume(id, (thread) => this.publishIntent(thread));
      chores.inBackground(this.settle(id));
    }
  }

  /** A relay has said hello: what its store has lost is published again, and a clock that is wrong is told of. */
  met(introduction: Introduction): void {
    const { book, stores, chores, log } = this.ports;
    const news = this.#clockWatch.look(introduction);
    if (news !== undefined) log("clock-differs", news);
    stores.opened(introduction);
    for (const id of book.wallet.threads.keys()) {
      if (this.inbox.isDue(id)) chores.inBackground(this.#outbox.again(id));
    }
  }

  async shut(): Promise<void> {
    const { chores, news, channels } = this.ports;
    chores.stop();
    news.announce();
    await channels.shut();
    await this.inbox.settled();
  }
}
