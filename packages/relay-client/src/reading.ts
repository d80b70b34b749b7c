/** One feed's subscription at one relay: where it stands, and how much more the relay may send. */
import { type Hello, toHex } from "@intentcast/protocol";
import type { Cursor, Wish } from "./exchange.ts";

export class Reading {
  readonly feed: number;
  readonly wish: Wish;
  /** The subscription's number on the present connection, once it has been asked for. */
  number: number | undefined;
  /** Up to where the relay has been read; undefined before the first subscription. */
  #cursor: Cursor | undefined;
  #window = 0;
  /** Messages that the relay may still send. */
  #granted = 0;
  /** Messages handed out and not yet taken. */
  #held = 0;

  constructor(feed: number, wish: Wish) {
    this.feed = feed;
    this.wish = wish;
    this.#cursor = wish.cursor;
  }

  /** Up to where the relay has been read. */
  get cursor(): Cursor {
    if (this.#cursor === undefined) throw new TypeError("nothing has been asked for yet");
    return this.#cursor;
  }

  /** Whether it is being read, and the relay may send another message. */
  get hasCredit(): boolean {
    return this.number !== undefined && this.#granted > 0;
  }

  /** The position and the credit to subscribe with, at a relay that says this hello. */
  begin(number: number, relay: string, hello: Hello): { after: number; credit: number } {
    const store = toHex(hello.store);
    this.number = number;
    this.#cursor = { relay, store, position: this.#startAt(store, hello.position) };
    this.#window = Math.min(this.wish.window, hello.limits.credit);
    this.#granted = Math.max(this.#window - this.#held, 0);
    return { after: this.#cursor.position, credit: this.#granted };
  }

  #startAt(store: string, head: number): number {
    if (this.#cursor === undefined) return this.wish.from === "now" ? head : 0;
    // Another store, or this one with its end gone: what we remember says nothing about it.
    return this.#cursor.store === store && this.#cursor.position <= head ? this.#cursor.position : 0;
  }

  /** The connection is gone. */
  pause(): void {
    this.number = undefined;
    this.#granted = 0;
  }

  /** Forgets where it stood: the next subscription begins at the start. */
  rewind(): void {
    if (this.#cursor !== undefined) this.#cursor = { ...this.#cursor, store: "" };
  }

  /** Notes that one message has come; false when the relay had no credit for it. */
  received(): boolean {
    if (this.#granted === 0) return false;
    this.#granted--;
    return true;
  }

  /** Moves on to a position; never back, whatever the relay says. */
  advance(position: number): Cursor {
    if (position > this.cursor.position) this.#cursor = { ...this.cursor, position };
    return this.cursor;
  }

  hold(): void {
    this.#held++;
  }

  release(): void {
    if (this.#held > 0) this.#held--;
  }

  /** The credit to grant now: nothing until half of the window is free, then all that is. */
  topUp(): number {
    const outstanding = this.#granted + this.#held;
    if (this.number === undefined || outstanding > this.#window / 2) return 0;
    const credit = this.#window - outstanding;
    this.#granted += credit;
    return credit;
  }
}
