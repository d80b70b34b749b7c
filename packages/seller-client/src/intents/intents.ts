/** Intents in, offers out: reads what a filter describes, asks the seller's handler, and has its drafts offered. */
import { type Clock, type Filter, type Reject, type Signed, shortHex, toHex } from "@intentcast/protocol";
import type { RelayPool, Subscription } from "@intentcast/relay-client";
import type { Answering, Handler } from "../answering.ts";
import { atOnce } from "../at-once.ts";
import type { Background } from "../background.ts";
import { type Log, logFailure } from "../log.ts";
import type { OfferDraft } from "../offer-draft.ts";
import type { Closes } from "./closes.ts";

/** Intents in the handler's hands at a time. */
const mostAtOnce = 16;

export type IntentsPorts = {
  readonly pool: RelayPool;
  readonly closes: Closes;
  readonly clock: Clock;
  readonly background: Background;
  readonly log: Log;
  /** Whether there is a thread for the intent of this id, in hex, already. */
  readonly isAnswered: (key: string) => boolean;
  readonly offer: (intent: Signed<"intent">, draft: OfferDraft) => Promise<void>;
};

export class Intents implements Answering {
  readonly #filter: Filter;
  readonly #handler: Handler;
  readonly #ports: IntentsPorts;
  readonly #closed = Promise.withResolvers<Reject | undefined>();
  #isOver = false;
  #subscription: Subscription;

  constructor(filter: Filter, handler: Handler, ports: IntentsPorts) {
    this.#filter = filter;
    this.#handler = handler;
    this.#ports = ports;
    this.#subscription = this.#subscribe();
  }

  get caughtUp(): Promise<void> {
    return this.#subscription.caughtUp;
  }

  get closed(): Promise<Reject | undefined> {
    return this.#closed.promise;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Reads everything from the start once more, so that what had no offer is considered again. Nothing is kept for it:
   * the relays hold the open intents, and the ledger knows those that were answered.
   */
  readAgain(): void {
    const before = this.#subscription;
    this.#subscription = this.#subscribe();
    void this.#ports.background.run(Promise.resolve(before[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#subscription[Symbol.asyncDispose]();
  }

  #subscribe(): Subscription {
    const { pool, background } = this.#ports;
    const subscription = pool.subscribe(this.#filter, { from: "start" });
    void subscription.closed.then((why) => {
      if (this.#subscription !== subscription) return;
      this.#isOver = true;
      this.#closed.resolve(why);
    });
    void background.run(this.#serve(subscription));
    return subscription;
  }

  async #serve(subscription: Subscription): Promise<void> {
    const { closes, log } = this.#ports;
    const { start, done } = atOnce(mostAtOnce);
    await closes.known;
    for await (const { message } of subscription) {
      if (message.kind !== "intent") continue;
      await start(() =>
        this.#consider(message).catch((error: unknown) =>
          logFailure(log, "not-answered", error, { thread: shortHex(message.id) }),
        ),
      );
    }
    await done();
  }

  async #consider(intent: Signed<"intent">): Promise<void> {
    const { isAnswered, offer } = this.#ports;
    if (isAnswered(toHex(intent.id)) || this.#isPast(intent)) return;
    const draft = await this.#handler(intent);
    if (draft === undefined || this.#isPast(intent)) return;
    await offer(intent, draft);
  }

  #isPast(intent: Signed<"intent">): boolean {
    return this.#ports.clock() >= intent.body.expires || this.#ports.closes.has(intent);
  }
}
