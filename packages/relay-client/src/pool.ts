/** Several relays as one: publish to all, read from all, each message once. */
import {
  type Clock,
  decodeClientFrame,
  encodeFrame,
  type Filter,
  IntentcastError,
  portableEquation,
  type Random,
  reject,
  type Signer,
  unwrap,
  type VerifyEquation,
} from "@intentcast/protocol";
import { parseAddress } from "./address.ts";
import { Connection, type News, type World } from "./connection.ts";
import type { Acceptance, Cursor, Introduction, RelayStatus, Wish } from "./exchange.ts";
import { Publication, type Published } from "./publication.ts";
import { rememberingReader } from "./reader.ts";
import { RelaySession, type SessionOptions } from "./session.ts";
import { SilenceWatch, type Withheld } from "./silence-watch.ts";
import { type OpenSocket, openWebSocket } from "./socket.ts";
import { FilterSubscription, type Subscription } from "./subscription.ts";
import { systemClock, systemRandom, systemTimers, type Timers } from "./system.ts";

/** Messages that a relay may send ahead of the consumer. */
const defaultWindow = 128;
const defaultTimeoutMs = 10_000;
/** Relays that publications alone have led us to, at a time: their addresses come from strangers' messages. */
const mostGuests = 64;

export type PoolOptions = {
  /** Addresses, ws:// or wss://. */
  readonly relays: readonly string[];
  readonly clock?: Clock;
  /** For the jitter of the backoff. */
  readonly random?: Random;
  /** Checks signatures; by default in portable arithmetic. */
  readonly equation?: VerifyEquation;
  /** Opens connections; by default with the platform's WebSocket. */
  readonly socket?: OpenSocket;
  readonly timers?: Timers;
  /** How long `publish` waits for a first acceptance. */
  readonly timeoutMs?: number;
  /** Told each time that a relay has said hello. */
  readonly opened?: (introduction: Introduction) => void;
  /** Told of each message that a relay is found to have and not to show, although another relay has shown it. */
  readonly withheld?: (news: Withheld) => void;
};

export type PublishOptions = {
  /** Where to publish, instead of at all relays of the pool. Others than the pool's are connected to for it. */
  readonly relays?: readonly string[];
  /** Ends the waiting and the attempts in the background. */
  readonly signal?: AbortSignal;
  /** Told of each relay that has stored the message, as soon as it says so. */
  readonly accepted?: (acceptance: Acceptance) => void;
};

export type SubscribeOptions = {
  /** The mailboxes of the filter, able to prove themselves; a filter that names none is given these. */
  readonly mailboxes?: readonly Signer[];
  /** Where to go on; a relay without one, or with another store than then, is read as `from` says or from the start. */
  readonly cursors?: readonly Cursor[];
  /** Where to begin at a relay without a cursor: at its first message (the default), or at what comes from now on. */
  readonly from?: "start" | "now";
  /** Where to read, instead of at all relays of the pool. */
  readonly relays?: readonly string[];
  /** Messages that each relay may send ahead of the consumer. */
  readonly window?: number;
};

export interface RelayPool extends AsyncDisposable {
  /**
   * Sends a message to relays; resolves when the first of them has stored it durably. The others' answers are
   * collected, and relays that cannot be reached are tried on in the background while the pool is open.
   *
   * Throws an {@link IntentcastError}: with the code of stage decode, verify or validate if the bytes are no
   * valid message; with the first relay's code if all refuse; `no-relay` if none could be reached in time, and
   * the message is then dropped; `connection-lost` if one was reached but did not answer in time;
   * `relay-address` for a malformed address. Throws the signal's reason if that is aborted before.
   */
  publish(message: Uint8Array, options?: PublishOptions): Promise<Published>;
  /** Reads what a filter describes. Throws an {@link IntentcastError}: `filter-form`, `relay-address`. */
  subscribe(filter: Filter, options?: SubscribeOptions): Subscription;
  /** How every relay is doing, those of publications under way included. */
  status(): readonly RelayStatus[];
}

/**
 * Connects to relays and stays connected: whoever is lost is dialled again, and subscriptions go on where they
 * stood. Returns at once. Throws an {@link IntentcastError}: `relay-address` for a malformed address, `no-relay`
 * for an empty list.
 */
export function connectRelays(options: PoolOptions): RelayPool {
  return new Pool(options);
}

class Pool implements RelayPool {
  readonly #home: readonly string[];
  readonly #world: World;
  readonly #session: Omit<SessionOptions, "address">;
  readonly #timeoutMs: number;
  readonly #opened: (introduction: Introduction) => void;
  readonly #silence: SilenceWatch;
  readonly #connections = new Map<string, Connection>();
  readonly #publications = new Map<number, Publication>();
  readonly #subscriptions = new Map<number, FilterSubscription>();
  /** Connections being closed already. */
  readonly #departures = new Set<Promise<void>>();
  #lastNumber = 0;
  #closing: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    const { clock = systemClock, random = systemRandom, equation = portableEquation } = options;
    const { socket = openWebSocket, timers = systemTimers, timeoutMs = defaultTimeoutMs } = options;
    this.#world = { openSocket: socket, timers, clock };
    this.#session = { random, read: rememberingReader(equation) };
    this.#timeoutMs = timeoutMs;
    this.#opened = options.opened ?? (() => undefined);
    this.#silence = new SilenceWatch({
      clock,
      timers,
      random,
      hasCredit: (relay, feed) => this.#connections.get(relay)?.hasCredit(feed) ?? false,
      number: () => ++this.#lastNumber,
      ask: (relay, publication, { id, bytes }) =>
        this.#connection(relay).input({ type: "publish", publication, id, message: bytes }),
      withdraw: (relay, publication) => this.#withdraw(relay, publication),
      withheld: options.withheld ?? (() => undefined),
    });
    this.#home = addressesOf(options.relays);
    for (const relay of this.#home) this.#connection(relay);
  }

  async publish(message: Uint8Array, options: PublishOptions = {}): Promise<Published> {
    const { relays, signal, accepted } = options;
    this.#assertOpen();
    signal?.throwIfAborted();
    const { id } = unwrap(this.#session.read(message));
    const number = ++this.#lastNumber;
    const publication = new Publication(
      id,
      relays === undefined ? this.#home : addressesOf(relays),
      accepted,
    );
    this.#publications.set(number, publication);

    const cancelTimer = this.#world.timers(this.#timeoutMs, () => {
      if (publication.isAccepted) return;
      const isReached = publication.relays.some((relay) => this.#stateOf(relay) === "open");
      publication.timeUp(isReached, this.#timeoutMs);
      this.#forget(number);
    });
    const abort = (): void => {
      publication.fail(signal?.reason);
      this.#forget(number);
    };
    signal?.addEventListener("abort", abort, { once: true });
    void publication.settled.then(() => signal?.removeEventListener("abort", abort));

    for (const relay of publication.relays) this.#publishAt(relay, number, publication, message);
    try {
      return await publication.first.promise;
    } finally {
      cancelTimer();
    }
  }

  #publishAt(relay: string, number: number, publication: Publication, message: Uint8Array): void {
    const guests = this.#connections.size - this.#home.length;
    if (!this.#connections.has(relay) && guests >= mostGuests) {
      const why = reject("no-relay", `${mostGuests} relays outside the pool are in use already`).error;
      publication.refuse({ relay, reject: why, retryAfter: 0 });
      if (publication.isSettled) this.#forget(number);
      return;
    }
    this.#connection(relay).input({ type: "publish", publication: number, id: publication.id, message });
  }

  subscribe(filter: Filter, options: SubscribeOptions = {}): Subscription {
    this.#assertOpen();
    const { mailboxes = [], cursors = [], from = "start", window = defaultWindow } = options;
    const relays = options.relays === undefined ? this.#home : addressesOf(options.relays);
    const named =
      filter.mailboxes === undefined && mailboxes.length > 0
        ? { ...filter, mailboxes: mailboxes.map(({ publicKey }) => publicKey) }
        : filter;
    requireFilter(named);

    const number = ++this.#lastNumber;
    const subscription = new FilterSubscription(relays, cursors, {
      stateOf: (relay) => this.#stateOf(relay),
      taken: (relay) => this.#connections.get(relay)?.input({ type: "took", feed: number }),
      close: () => this.#unsubscribe(number),
    });
    this.#subscriptions.set(number, subscription);
    if (relays.length > 1) this.#silence.add(number, relays);
    for (const relay of relays) {
      const cursor = cursors.find((one) => one.relay === relay);
      const wish: Wish = {
        filter: named,
        mailboxes,
        from,
        window,
        ...(cursor === undefined ? {} : { cursor }),
      };
      this.#connection(relay).input({ type: "subscribe", feed: number, wish });
    }
    return subscription;
  }

  #unsubscribe(number: number): void {
    const relays = this.#subscriptions.get(number)?.relays ?? [];
    this.#subscriptions.delete(number);
    this.#silence.remove(number);
    for (const relay of relays) {
      this.#connections.get(relay)?.input({ type: "unsubscribe", feed: number });
      this.#dismissIfIdle(relay);
    }
  }

  status(): readonly RelayStatus[] {
    return [...this.#connections.values()].map(({ status }) => {
      const silence = this.#silence.of(status.address);
      return silence === undefined ? status : { ...status, silence };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions.values()].map((each) => each[Symbol.asyncDispose]()));
    const error = new IntentcastError(reject("connection-lost", "the pool was closed").error);
    for (const publication of this.#publications.values()) publication.fail(error);
    this.#publications.clear();
    const connections = [...this.#connections.values()].map((connection) => connection.close());
    await Promise.all([...connections, ...this.#departures]);
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error("the pool is closed");
  }

  #connection(relay: string): Connection {
    const known = this.#connections.get(relay);
    if (known !== undefined) return known;
    const session = new RelaySession({ ...this.#session, address: relay });
    const connection = new Connection(session, this.#world, (news) => this.#hear(relay, news));
    this.#connections.set(relay, connection);
    connection.input({ type: "start" });
    return connection;
  }

  #stateOf(relay: string): RelayStatus["state"] {
    return this.#connections.get(relay)?.status.state ?? "closed";
  }

  #hear(relay: string, news: News): void {
    switch (news.type) {
      case "message":
        this.#deliver(relay, news);
        break;
      case "passed":
        this.#subscriptions.get(news.feed)?.pass(news.cursor);
        this.#silence.passed(news.feed, news.cursor);
        break;
      case "began":
        this.#silence.began(news.feed, news.cursor);
        break;
      case "caughtUp":
        this.#subscriptions.get(news.feed)?.relayCaughtUp(relay);
        this.#silence.caughtUp(news.feed, relay);
        break;
      case "ended":
        this.#relayEnded(relay, news);
        break;
      case "accepted":
        this.#publications.get(news.publication)?.accept(news.acceptance);
        this.#silence.answered(relay, news.publication, news.acceptance);
        this.#answered(relay, news.publication);
        break;
      case "refused":
        this.#publications.get(news.publication)?.refuse(news.refusal);
        this.#silence.answered(relay, news.publication);
        this.#answered(relay, news.publication);
        break;
      case "opened":
        this.#opened(news.introduction);
        break;
      case "stateChanged":
        if (this.#stateOf(relay) !== "open") this.#silence.lost(relay);
        for (const subscription of this.#subscriptions.values()) subscription.review();
    }
  }

  #deliver(relay: string, { feed, message, cursor }: Extract<News, { type: "message" }>): void {
    const isNew = this.#subscriptions.get(feed)?.add(message, cursor, this.#world.clock());
    this.#silence.shown(feed, relay, message, isNew === true);
    this.#silence.passed(feed, cursor);
    // One that is not queued takes up no room.
    if (isNew === false) this.#connections.get(relay)?.input({ type: "took", feed });
  }

  #relayEnded(relay: string, { feed, reject: why }: Extract<News, { type: "ended" }>): void {
    const subscription = this.#subscriptions.get(feed);
    subscription?.relayEnded(relay, why);
    this.#silence.ended(feed, relay);
    if (subscription?.relays.size === 0) this.#unsubscribe(feed);
    this.#dismissIfIdle(relay);
  }

  #answered(relay: string, number: number): void {
    if (this.#publications.get(number)?.isSettled === true) this.#publications.delete(number);
    this.#dismissIfIdle(relay);
  }

  /** Stops all attempts for a publication. */
  #forget(number: number): void {
    const relays = this.#publications.get(number)?.relays ?? [];
    this.#publications.delete(number);
    for (const relay of relays) this.#withdraw(relay, number);
  }

  #withdraw(relay: string, publication: number): void {
    this.#connections.get(relay)?.input({ type: "withdraw", publication });
    this.#dismissIfIdle(relay);
  }

  /** Hangs up on a relay outside the pool that nothing is under way with any more. */
  #dismissIfIdle(relay: string): void {
    const connection = this.#connections.get(relay);
    if (connection === undefined || this.#home.includes(relay) || connection.status.counts.pending > 0)
      return;
    if ([...this.#subscriptions.values()].some(({ relays }) => relays.has(relay))) return;
    this.#connections.delete(relay);
    const departure = connection.close().finally(() => this.#departures.delete(departure));
    this.#departures.add(departure);
  }
}

/** The addresses in their one form, each once. */
function addressesOf(relays: readonly string[]): readonly string[] {
  if (relays.length === 0) throw new IntentcastError(reject("no-relay", "none is named").error);
  return [...new Set(relays.map((relay) => unwrap(parseAddress(relay))))];
}

/** Refuses what every relay would refuse: a filter is read as a relay reads it. */
function requireFilter(filter: Filter): void {
  const frame = decodeClientFrame(encodeFrame(["subscribe", 1, filter, { live: true, credit: 0 }]));
  if (!frame.ok) throw new IntentcastError(reject("filter-form", frame.error.detail).error);
}
