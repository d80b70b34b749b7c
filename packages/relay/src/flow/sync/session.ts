/** One sync with a peer, topic after topic. What has come is stored at once, so that a sync that breaks off has lost nothing. */
import { encodeSyncFrame, isReconciling, type SyncFrame } from "../../core/sync-frame.ts";
import type { Channel, Topic } from "../../ports/gossip.ts";
import { Breach, Exchange, type ExchangeParts, readFrame, type SessionProgress, sleep } from "./exchange.ts";

/** What a peer is sent in a second, so that one that comes back empty leaves room for the others. */
const servedBytesPerSecond = 8 * 1024 * 1024;

/** Silence after which a conversation is broken off. */
const patienceMs = 60_000;

export type SessionParts = Omit<ExchangeParts, "send" | "sendBytes" | "pace"> & { readonly channel: Channel };

export class SyncSession {
  readonly progress: SessionProgress = { topic: undefined, fetched: 0, served: 0, isWhole: true };
  readonly #parts: SessionParts;
  #servedBytes = 0;
  readonly #startedMs: number;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#startedMs = parts.timers.now();
  }

  /** Goes through the topics that this relay carries. Rejects with a {@link Breach}, or because the channel broke. */
  async initiate(): Promise<void> {
    for (const topic of this.#parts.holdings.topics) {
      await this.#send(["topic", topic]);
      await this.#exchange(topic, true);
    }
    await this.#parts.channel.close();
  }

  /** Follows the peer through its topics, until it closes the channel. Rejects as {@link initiate} does. */
  async respond(): Promise<void> {
    for (;;) {
      const bytes = await this.#next();
      if (bytes === undefined) return;
      const [name, topic] = isReconciling(bytes) ? (["", ""] as const) : readFrame(bytes);
      if (name !== "topic") throw new Breach("the conversation has no topic yet");
      await this.#exchange(topic, false);
    }
  }

  async #exchange(topic: Topic, isInitiator: boolean): Promise<void> {
    this.progress.topic = topic;
    const exchange = new Exchange(topic, isInitiator, this.progress, {
      ...this.#parts,
      send: (frame) => this.#send(frame),
      sendBytes: (bytes) => this.#parts.channel.send(bytes),
      pace: (bytes) => this.#pace(bytes),
    });
    await exchange.begin();
    while (!exchange.isOver) {
      const bytes = await this.#next();
      if (bytes === undefined) throw new Error("the peer left in the middle");
      await exchange.receive(bytes);
    }
    this.progress.topic = undefined;
  }

  #send(frame: SyncFrame): Promise<void> {
    return this.#parts.channel.send(encodeSyncFrame(frame));
  }

  async #next(): Promise<Uint8Array | undefined> {
    const { channel, timers } = this.#parts;
    const cancel = timers.after(patienceMs, () => channel.abort());
    try {
      return await channel.receive();
    } finally {
      cancel();
    }
  }

  /** Waits until the peer may be sent so many bytes more. */
  async #pace(bytes: number): Promise<void> {
    const { timers } = this.#parts;
    this.#servedBytes += bytes;
    const dueMs = this.#startedMs + (1000 * this.#servedBytes) / servedBytesPerSecond - 1000;
    if (dueMs > timers.now()) await sleep(timers, dueMs - timers.now());
  }
}
