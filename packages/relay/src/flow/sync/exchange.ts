/** One topic of a sync: both sides find out what the other lacks, and each asks for what it lacks itself. */
import { type Effect, type Reconciliation, reconcile } from "@intentcast/negentropy";
import { type Clock, recallMessage, type Sha256, toHex } from "@intentcast/protocol";
import type { Holdings } from "../../core/holdings.ts";
import { decodeSyncFrame, isReconciling, mostWanted, type SyncFrame } from "../../core/sync-frame.ts";
import type { Verdict } from "../../core/verdict.ts";
import type { Topic } from "../../ports/gossip.ts";
import type { Store } from "../../ports/store.ts";
import type { Timers } from "../../ports/timers.ts";

/** Microseconds of comparing before others have their turn. */
const workAtOnce = 5000;

/** Ids that are remembered to be asked for in one topic: 128 bytes each. What is beyond them is found the next time. */
const mostNeeded = 65_536;

/** Bytes of messages in one answer; it is over by one message at most. */
const answerBytes = 256 * 1024;

/** How often in one topic to wait until this relay takes more. */
const mostWaits = 12;

/** What this relay made of a message that came: `later` is not the message's fault. */
export type Taken = { readonly verdict: Verdict; readonly stored: boolean; readonly laterMs?: number };

export type ExchangeParts = {
  readonly holdings: Holdings;
  readonly get: Store["get"];
  /** Takes in a message of this topic, by the stages that every message passes. */
  readonly take: (bytes: Uint8Array, topic: Topic) => Promise<Taken>;
  /** Told of the verdict on each answer of the peer's. */
  readonly judged: (verdict: Verdict) => void;
  readonly send: (frame: SyncFrame) => Promise<void>;
  /** Sends a frame of the reconciliation. */
  readonly sendBytes: (frame: Uint8Array) => Promise<void>;
  /** Waits until the peer may be sent so many bytes more. */
  readonly pace: (bytes: number) => Promise<void>;
  readonly sha256: Sha256;
  readonly clock: Clock;
  readonly timers: Timers;
};

/** How a conversation went so far. `isWhole`: everything in common topics was compared, and what was found was asked for. */
export type SessionProgress = {
  topic: Topic | undefined;
  fetched: number;
  served: number;
  isWhole: boolean;
};

/** The peer broke the rules of the conversation. */
export class Breach extends Error {
  override readonly name = "Breach";
}

export const sleep = (timers: Timers, ms: number): Promise<void> =>
  new Promise((resolve) => {
    timers.after(ms, resolve);
  });

/** A frame of a sync. Throws a {@link Breach} where it is none. */
export function readFrame(bytes: Uint8Array): SyncFrame {
  const frame = decodeSyncFrame(bytes);
  if (frame.ok) return frame.value;
  throw new Breach(`${frame.error.code} ${frame.error.detail}`);
}

function idOf(bytes: Uint8Array): Uint8Array {
  const message = recallMessage(bytes);
  if (message.ok) return message.value.id;
  throw new Breach(`an answer holds what is no message: ${message.error.code}`);
}

/** One topic of a conversation. It is over when both sides have said so. */
export class Exchange {
  readonly #topic: Topic;
  readonly #parts: ExchangeParts;
  readonly #progress: SessionProgress;
  /** Undefined where this relay does not carry the topic, or compares no further. */
  #reconciliation: Reconciliation | undefined;
  #needed: Uint8Array[] = [];
  /** The ids that the peer was asked for and has not looked up yet. */
  #asked: readonly Uint8Array[] = [];
  #waits = 0;
  #hasEnded = false;
  #peerHasEnded = false;

  constructor(topic: Topic, isInitiator: boolean, progress: SessionProgress, parts: ExchangeParts) {
    this.#topic = topic;
    this.#progress = progress;
    this.#parts = parts;
    const set = parts.holdings.of(topic);
    this.#reconciliation = set && reconcile(set, { isInitiator, sha256: parts.sha256, workAtOnce });
  }

  get isOver(): boolean {
    return this.#hasEnded && this.#peerHasEnded;
  }

  async begin(): Promise<void> {
    if (this.#reconciliation === undefined) await this.#ask();
    else await this.#act(this.#reconciliation.start());
  }

  async receive(bytes: Uint8Array): Promise<void> {
    // What was on its way when this side stopped comparing has nothing more to say.
    if (isReconciling(bytes)) return this.#act(this.#reconciliation?.receive(bytes) ?? []);
    const frame = readFrame(bytes);
    switch (frame[0]) {
      case "want":
        return this.#serve(frame[1]);
      case "messages":
        return this.#receiveMessages(frame[1], frame[2]);
      case "end":
        return this.#peerEnds();
      case "topic":
        throw new Breach("the topic before is not over");
    }
  }

  async #act(effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) {
      if (effect.type === "send") await this.#parts.sendBytes(effect.frame);
      else if (effect.type === "need") await this.#need(effect.ids);
      else if (effect.type === "more") {
        await this.#parts.timers.turn();
        await this.#act(this.#reconciliation?.proceed() ?? []);
      } else if (effect.type === "done") await this.#compared();
      else if (effect.type === "failed") {
        this.#progress.isWhole = false;
        await this.#compared();
      }
    }
  }

  async #need(ids: readonly Uint8Array[]): Promise<void> {
    const room = mostNeeded - this.#needed.length;
    for (const id of ids.slice(0, room)) this.#needed.push(id);
    if (ids.length > room) await this.#act(this.#reconciliation?.stop() ?? []);
  }

  async #compared(): Promise<void> {
    if (this.#reconciliation === undefined) return;
    this.#reconciliation = undefined;
    await this.#ask();
  }

  /** Asks for what is needed, or says that nothing is. */
  async #ask(): Promise<void> {
    if (this.#asked.length > 0 || this.#hasEnded) return;
    this.#asked = this.#needed.splice(0, mostWanted);
    if (this.#asked.length > 0) return this.#parts.send(["want", this.#asked]);
    this.#hasEnded = true;
    await this.#parts.send(["end"]);
  }

  async #peerEnds(): Promise<void> {
    if (this.#peerHasEnded) throw new Breach("it has ended before");
    this.#peerHasEnded = true;
    await this.#compared();
  }

  async #serve(ids: readonly Uint8Array[]): Promise<void> {
    if (this.#peerHasEnded) throw new Breach("it wants something after its end");
    const { get, clock, pace, send } = this.#parts;
    const messages: Uint8Array[] = [];
    let [bytes, looked] = [0, 0];
    for (const id of ids) {
      const held = await get(id);
      looked += 1;
      if (held === undefined || held.expires <= clock() || !held.topics.includes(this.#topic)) continue;
      messages.push(held.bytes);
      bytes += held.bytes.length;
      if (bytes >= answerBytes) break;
    }
    await pace(bytes);
    this.#progress.served += messages.length;
    await send(["messages", looked, messages]);
  }

  async #receiveMessages(looked: number, messages: readonly Uint8Array[]): Promise<void> {
    if (looked > this.#asked.length) throw new Breach("more was answered than was asked");
    const awaited = new Set(this.#asked.slice(0, looked).map(toHex));
    this.#needed.unshift(...this.#asked.slice(looked));
    this.#asked = [];
    const named = messages.map((bytes) => ({ bytes, id: idOf(bytes) }));
    if (!named.every(({ id }) => awaited.delete(toHex(id)))) throw new Breach("a message was not asked for");
    const taken = await Promise.all(named.map(({ bytes }) => this.#parts.take(bytes, this.#topic)));
    this.#progress.fetched += taken.filter(({ stored }) => stored).length;
    for (const verdict of new Set(taken.map((one) => one.verdict))) this.#parts.judged(verdict);
    const later = named.filter((_, i) => taken[i]?.laterMs !== undefined);
    if (later.length > 0) await this.#waitFor(later, Math.max(...taken.map(({ laterMs = 0 }) => laterMs)));
    await this.#ask();
  }

  /** This relay had no room for some: they are asked for again when it may have. */
  async #waitFor(later: readonly { readonly id: Uint8Array }[], ms: number): Promise<void> {
    this.#waits += 1;
    if (this.#waits > mostWaits) {
      this.#progress.isWhole = false;
      return;
    }
    for (const { id } of later) this.#needed.push(id);
    await sleep(this.#parts.timers, ms);
  }
}
