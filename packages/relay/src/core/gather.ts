/** Gathers the messages that clients bring into gossip frames: at once when nothing goes on, together when much does. */
import { bytesInFrame, encodeGossipFrame, gatheredBytes, maxFrameMessages } from "./gossip-frame.ts";
import type { Topic } from "./topic.ts";

/** Milliseconds from one frame of a topic to the next, unless the next one is full. */
export const gatherMs = 30;

export type Gathered = { readonly topic: Topic; readonly frame: Uint8Array; readonly messages: number };

type Waiting = { messages: Uint8Array[]; bytes: number; dueMs: number; sentMs: number };

/** Holds at most one frame that is not full for each topic. */
export class Gatherer {
  readonly #waiting = new Map<Topic, Waiting>();

  /** When {@link due} has something to say, on the clock of `nowMs`; undefined while nothing waits. */
  get dueMs(): number | undefined {
    let earliest: number | undefined;
    for (const { messages, dueMs } of this.#waiting.values()) {
      if (messages.length > 0 && dueMs < (earliest ?? Number.POSITIVE_INFINITY)) earliest = dueMs;
    }
    return earliest;
  }

  /** Adds a message; returns the frame that it filled or that it found no room in. */
  add(topic: Topic, message: Uint8Array, nowMs: number): Gathered[] {
    const waiting = this.#of(topic);
    const full =
      waiting.bytes + bytesInFrame(message) > gatheredBytes ? this.#send(topic, waiting, nowMs) : [];
    if (waiting.messages.length === 0) waiting.dueMs = Math.max(nowMs, waiting.sentMs + gatherMs);
    waiting.messages.push(message);
    waiting.bytes += bytesInFrame(message);
    const isFull = waiting.messages.length === maxFrameMessages || waiting.bytes >= gatheredBytes;
    return isFull ? [...full, ...this.#send(topic, waiting, nowMs)] : full;
  }

  /** The frames whose time has come. */
  due(nowMs: number): Gathered[] {
    return [...this.#waiting].flatMap(([topic, waiting]) =>
      waiting.dueMs <= nowMs ? this.#send(topic, waiting, nowMs) : [],
    );
  }

  #of(topic: Topic): Waiting {
    const waiting = this.#waiting.get(topic) ?? {
      messages: [],
      bytes: 0,
      dueMs: 0,
      sentMs: Number.NEGATIVE_INFINITY,
    };
    this.#waiting.set(topic, waiting);
    return waiting;
  }

  #send(topic: Topic, waiting: Waiting, nowMs: number): Gathered[] {
    const { messages } = waiting;
    if (messages.length === 0) return [];
    waiting.messages = [];
    waiting.bytes = 0;
    waiting.sentMs = nowMs;
    return [{ topic, frame: encodeGossipFrame(messages), messages: messages.length }];
  }
}
