/** One filter read from several relays: which of them have caught up, and what remains when some give up. */
import { IntentcastError, type Message, type Reject, reject, type UnixSeconds } from "@intentcast/protocol";
import type { Cursor, SessionState } from "./exchange.ts";
import { type Delivery, Feed } from "./feed.ts";

/**
 * Messages that the filter describes, each once, however many relays deliver it. Iterating takes them; a relay
 * sends no more than a window's worth ahead. Leaving a loop early leaves the subscription open: another loop
 * goes on where it stopped. When every relay has refused, the iteration throws an {@link IntentcastError}.
 */
export interface Subscription extends AsyncIterable<Delivery>, AsyncDisposable {
  /**
   * Resolves when at least one relay has sent all that it had stored, and so has every other that is connected.
   * Rejects when the subscription is over before.
   */
  readonly caughtUp: Promise<void>;
  /** Resolves when the subscription is over: with the reason why no relay serves it, or with nothing if closed. */
  readonly closed: Promise<Reject | undefined>;
  /** For each relay, up to where everything has been taken: hand them in as `cursors` to go on from there. */
  cursors(): readonly Cursor[];
}

export class FilterSubscription implements Subscription {
  readonly #feed: Feed;
  /** Relays that serve it and have not caught up. */
  readonly #behind: Set<string>;
  /** Relays that serve it. */
  readonly #serving: Set<string>;
  readonly #stateOf: (relay: string) => SessionState;
  readonly #onClose: () => void;
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<Reject | undefined>();
  #hasCaughtUp = false;
  #isOver = false;

  constructor(
    relays: readonly string[],
    cursors: readonly Cursor[],
    on: {
      readonly stateOf: (relay: string) => SessionState;
      readonly taken: (relay: string) => void;
      readonly close: () => void;
    },
  ) {
    this.#feed = new Feed(on.taken, cursors);
    this.#behind = new Set(relays);
    this.#serving = new Set(relays);
    this.#stateOf = on.stateOf;
    this.#onClose = on.close;
    // Nobody has to wait for it.
    this.#caughtUp.promise.catch(() => undefined);
  }

  get caughtUp(): Promise<void> {
    return this.#caughtUp.promise;
  }

  get closed(): Promise<Reject | undefined> {
    return this.#closed.promise;
  }

  /** The relays that it is still read from. */
  get relays(): ReadonlySet<string> {
    return this.#serving;
  }

  cursors(): readonly Cursor[] {
    return this.#feed.cursors;
  }

  [Symbol.asyncIterator](): AsyncIterator<Delivery, undefined> {
    return { next: () => this.#feed.next() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return;
    this.#onClose();
    this.#finish(undefined);
  }

  /** False when the message had come before. */
  add(message: Message, cursor: Cursor, now: UnixSeconds): boolean {
    return this.#feed.add(message, cursor, now);
  }

  pass(cursor: Cursor): void {
    this.#feed.pass(cursor);
  }

  relayCaughtUp(relay: string): void {
    this.#hasCaughtUp = true;
    this.#behind.delete(relay);
    this.review();
  }

  relayEnded(relay: string, why: Reject): void {
    this.#behind.delete(relay);
    this.#serving.delete(relay);
    if (this.#serving.size === 0) this.#finish(why);
    else this.review();
  }

  /** Looks again whether all who are connected have caught up; to be called when a relay comes or goes. */
  review(): void {
    const isAwaited = (relay: string): boolean => ["connecting", "open"].includes(this.#stateOf(relay));
    if (this.#hasCaughtUp && ![...this.#behind].some(isAwaited)) this.#caughtUp.resolve();
  }

  #finish(why: Reject | undefined): void {
    this.#isOver = true;
    this.#feed.end(why);
    this.#caughtUp.reject(
      new IntentcastError(why ?? reject("connection-lost", "the subscription was closed").error),
    );
    this.#closed.resolve(why);
  }
}
