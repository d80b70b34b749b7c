/** A connection of its own for each thread and relay, so that no relay sees two intents of a buyer on one. */
import { IntentcastError, reject } from "@intentcast/protocol";
import type { Acceptance, Published, RelayPool, RelayStatus, Timers } from "@intentcast/relay-client";
import { mergeStatuses } from "./channel-status.ts";

export type ChannelsOptions = {
  /** Opens a channel: a pool of connections, each of which carries one thread's messages and no other's. */
  readonly open: () => RelayPool;
  /** The most channels at a time. */
  readonly most: number;
  readonly timers: Timers;
};

/** Begins to read over a thread's channel; settles when what the relays had stored has come, or will not come. */
export type Read = (channel: RelayPool) => Promise<unknown>;

/** How long a thread that waits for its turn leaves the channel to one that has it. */
const turnMs = 5_000;
/** How long after the first relay has taken a message the others may take before the channel is given up. */
const graceMs = 10_000;

type Caller = {
  /** What it reads with, while its mail is due. */
  read: Read | undefined;
  /** Its messages under way. */
  uses: number;
  channel: RelayPool | undefined;
  /** Those who have a message to send and wait for the channel. */
  readonly waiting: PromiseWithResolvers<RelayPool>[];
  /** Moments, by counting: since when it has had the channel, and until when it last had one; 0 for never. */
  heldSince: number;
  heldUntil: number;
  isTurnOver: boolean;
};

/**
 * Threads that have something to send come first. Of those that read, the ones where something happened last keep their
 * channels; when there are more of them than channels, the quiet ones share a quarter of the channels in turns, each
 * going on where it stopped. One unused channel is kept while no thread has any, so that the state of the relays is
 * known.
 */
export class Channels {
  readonly #options: ChannelsOptions;
  /** The one that has been quiet for longest is the first. */
  readonly #callers = new Map<string, Caller>();
  readonly #closings = new Set<Promise<void>>();
  #spare: RelayPool | undefined;
  #moment = 0;
  #cancelTick: (() => void) | undefined;
  #isShut = false;

  constructor(options: ChannelsOptions) {
    this.#options = options;
    this.#spare = options.open();
  }

  /** Reads over the thread's channel whenever it has one, until {@link leave}. */
  attend(thread: string, read: Read): void {
    const caller = this.#touched(thread);
    caller.read = read;
    if (caller.channel !== undefined) this.#beginReading(caller, caller.channel);
    this.#assign();
  }

  /** Reads no more for the thread. */
  leave(thread: string): void {
    const caller = this.#callers.get(thread);
    if (caller === undefined) return;
    caller.read = undefined;
    this.#assign();
  }

  /** Something has happened in the thread: of those that read, it is the last to lose its channel. */
  touch(thread: string): void {
    if (this.#callers.has(thread)) this.#touched(thread);
    this.#assign();
  }

  /** Publishes as a pool does, over the thread's channel, and waits for it to have one. */
  async publish(
    thread: string,
    message: Uint8Array,
    options: {
      readonly relays: readonly string[];
      readonly signal: AbortSignal;
      readonly accepted?: (acceptance: Acceptance) => void;
    },
  ): Promise<Published> {
    options.signal.throwIfAborted();
    const caller = this.#touched(thread);
    caller.uses++;
    this.#assign();
    let others: Promise<void> | undefined;
    try {
      const channel = caller.channel ?? (await this.#channelFor(caller));
      const published = await channel.publish(message, options);
      others = published.settled;
      return published;
    } finally {
      void this.#whenAnswered(others).then(() => {
        caller.uses--;
        this.#assign();
      });
    }
  }

  /** The other relays' answers need the channel for a little longer; one that cannot be reached is not waited for. */
  async #whenAnswered(settled: Promise<void> | undefined): Promise<void> {
    if (settled === undefined) return;
    const patience = Promise.withResolvers<void>();
    const cancel = this.#options.timers(graceMs, patience.resolve);
    await Promise.race([settled, patience.promise]);
    cancel();
  }

  /** How the relays are doing, over all channels together. */
  status(): readonly RelayStatus[] {
    return mergeStatuses(this.#channels().flatMap((channel) => channel.status()));
  }

  async shut(): Promise<void> {
    this.#isShut = true;
    this.#cancelTick?.();
    const closed = new IntentcastError(reject("connection-lost", "the buyer was closed").error);
    for (const { waiting } of this.#callers.values()) for (const one of waiting.splice(0)) one.reject(closed);
    await Promise.all([
      ...this.#channels().map((channel) => channel[Symbol.asyncDispose]()),
      ...this.#closings,
    ]);
  }

  #channels(): readonly RelayPool[] {
    const taken = [...this.#callers.values()].map(({ channel }) => channel);
    return [...taken, this.#spare].filter((channel) => channel !== undefined);
  }

  #touched(thread: string): Caller {
    const caller = this.#callers.get(thread) ?? newCaller();
    this.#callers.delete(thread);
    this.#callers.set(thread, caller);
    return caller;
  }

  #channelFor(caller: Caller): Promise<RelayPool> {
    const waiting = Promise.withResolvers<RelayPool>();
    caller.waiting.push(waiting);
    return waiting.promise;
  }

  /** Gives the channels to those who are to have them now. */
  #assign(): void {
    if (this.#isShut) return;
    const seats = seatsOf([...this.#callers.values()], this.#options.most);
    for (const [thread, caller] of this.#callers) {
      caller.isTurnOver = false;
      if (!seats.has(caller)) this.#hangUp(caller);
      if (caller.uses === 0 && caller.read === undefined) this.#callers.delete(thread);
    }
    for (const caller of seats) this.#connect(caller);
    this.#spare ??= this.#isFull() || this.#channels().length > 0 ? undefined : this.#options.open();
    this.#tickWhileSomebodyWaits();
  }

  #isFull(): boolean {
    return this.#channels().length + this.#closings.size >= this.#options.most;
  }

  #connect(caller: Caller): void {
    if (caller.channel !== undefined) return;
    if (this.#spare === undefined && this.#isFull()) return;
    const channel = this.#spare ?? this.#options.open();
    this.#spare = undefined;
    caller.channel = channel;
    caller.heldSince = ++this.#moment;
    for (const one of caller.waiting.splice(0)) one.resolve(channel);
    this.#beginReading(caller, channel);
  }

  #beginReading(caller: Caller, channel: RelayPool): void {
    void caller.read?.(channel).then(
      () => this.#hasCaughtUp(caller, channel),
      () => undefined,
    );
  }

  #hangUp(caller: Caller): void {
    const { channel } = caller;
    if (channel === undefined) return;
    caller.channel = undefined;
    caller.heldUntil = ++this.#moment;
    const closing = this.#close(channel).finally(() => {
      this.#closings.delete(closing);
      this.#assign();
    });
    this.#closings.add(closing);
  }

  async #close(channel: RelayPool): Promise<void> {
    await channel[Symbol.asyncDispose]();
  }

  /** Whoever has read all there was makes room at once for a thread that has not been read at all. */
  #hasCaughtUp(caller: Caller, channel: RelayPool): void {
    const isAwaited = [...this.#callers.values()].some(isWaitingToRead);
    if (!isAwaited || caller.channel !== channel) return;
    caller.isTurnOver = true;
    this.#assign();
  }

  #tickWhileSomebodyWaits(): void {
    const isAwaited = [...this.#callers.values()].some(({ channel, read }) => read && !channel);
    if (!isAwaited || this.#cancelTick !== undefined) return;
    this.#cancelTick = this.#options.timers(turnMs, () => {
      this.#cancelTick = undefined;
      for (const caller of this.#callers.values()) caller.isTurnOver = true;
      this.#assign();
    });
  }
}

const newCaller = (): Caller => ({
  read: undefined,
  uses: 0,
  channel: undefined,
  waiting: [],
  heldSince: 0,
  heldUntil: 0,
  isTurnOver: false,
});

const isWaitingToRead = ({ read, heldSince }: Caller): boolean => read !== undefined && heldSince === 0;

/** Who has a channel, given all in the order of how long they have been quiet, the quietest first. */
function seatsOf(callers: readonly Caller[], most: number): ReadonlySet<Caller> {
  const busy = callers.filter(({ uses }) => uses > 0);
  const reading = callers.filter(({ uses, read }) => uses === 0 && read !== undefined);
  // A channel that carries a message is not taken away.
  const talking = [...busy].sort((a, b) => Number(b.channel !== undefined) - Number(a.channel !== undefined));
  const left = Math.max(0, most - talking.length);
  if (reading.length <= left) return new Set([...talking.slice(0, most), ...reading]);
  const turns = Math.min(left, Math.ceil(most / 4));
  const quiet = reading.slice(0, reading.length - (left - turns));
  const lively = reading.slice(quiet.length);
  return new Set([...talking.slice(0, most), ...lively, ...quiet.sort(byTurn).slice(0, turns)]);
}

/** Those whose turn it is; then those who wait, the longest first; then those whose turn is over. */
function byTurn(a: Caller, b: Caller): number {
  const rank = ({ channel, isTurnOver }: Caller) => (channel === undefined ? 1 : isTurnOver ? 2 : 0);
  return rank(a) - rank(b) || a.heldUntil - b.heldUntil || b.heldSince - a.heldSince;
}
