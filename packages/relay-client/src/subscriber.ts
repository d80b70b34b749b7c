/** The part of a session that reads: it proves mailboxes, subscribes, grants credit, and looks at what comes. */
import {
  challengeBytes,
  type Hello,
  type Message,
  matches,
  type Reject,
  type Result,
  reject,
  type Signer,
  toHex,
} from "@intentcast/protocol";
import { nameAgrees } from "./address.ts";
import type { Wish } from "./exchange.ts";
import { printable } from "./printable.ts";
import { Reading } from "./reading.ts";
import type { Talk } from "./talk.ts";

/** Invalid messages on one connection before we take the relay for broken: each costs us a signature check. */
const mostRefused = 16;
/** Codes with which a relay ends a subscription that it may well serve later. */
const passingCodes: ReadonlySet<string> = new Set(["shutting-down", "store-failed", "rate-limited"]);

export class Subscriber {
  readonly #talk: Talk;
  readonly #read: (bytes: Uint8Array) => Result<Message, Reject>;
  readonly #readings = new Map<number, Reading>();
  counts = { received: 0, refused: 0, unmatched: 0 };

  // What holds for one connection only.
  #lastNumber = 0;
  #refusedHere = 0;
  readonly #byNumber = new Map<number, Reading>();
  readonly #mailboxes = new Map<string, "asked" | "proved">();

  constructor(talk: Talk, read: (bytes: Uint8Array) => Result<Message, Reject>) {
    this.#talk = talk;
    this.#read = read;
  }

  add(feed: number, wish: Wish): void {
    const reading = new Reading(feed, wish);
    this.#readings.set(feed, reading);
    this.#begin(reading);
  }

  remove(feed: number): void {
    const number = this.#readings.get(feed)?.number;
    this.#readings.delete(feed);
    if (number === undefined) return;
    this.#byNumber.delete(number);
    this.#talk.send(["unsubscribe", number]);
  }

  /** Whether the relay is reading this feed's messages out, and may send another. */
  hasCredit(feed: number): boolean {
    return this.#readings.get(feed)?.hasCredit ?? false;
  }

  /** The relay has said hello. */
  opened(): void {
    for (const reading of [...this.#readings.values()]) this.#begin(reading);
  }

  lost(): void {
    this.#lastNumber = 0;
    this.#refusedHere = 0;
    this.#byNumber.clear();
    this.#mailboxes.clear();
    for (const reading of this.#readings.values()) reading.pause();
  }

  /** The consumer has taken a message of this feed. */
  took(feed: number): void {
    const reading = this.#readings.get(feed);
    if (reading === undefined) return;
    reading.release();
    this.#topUp(reading);
  }

  // Frames from the relay

  message(number: number, position: number, bytes: Uint8Array): void {
    const reading = this.#addressed(number);
    if (reading === undefined) return;
    if (!reading.received()) {
      this.#talk.fault(reject("frame-malformed", "a message beyond the credit").error);
      return;
    }
    this.counts.received++;
    const { feed } = reading;
    const cursor = reading.advance(position);
    const message = this.#read(bytes);
    if (message.ok && matches(reading.wish.filter, message.value)) {
      reading.hold();
      this.#talk.emit({ type: "message", feed, message: message.value, cursor });
      return;
    }
    this.#talk.emit({ type: "passed", feed, cursor });
    if (message.ok) this.counts.unmatched++;
    else this.#countRefused(message.error);
    this.#topUp(reading);
  }

  #countRefused(why: Reject): void {
    this.counts.refused++;
    this.#talk.note(why);
    if (++this.#refusedHere >= mostRefused) this.#talk.fault(why);
  }

  caughtUp(number: number, position: number): void {
    const reading = this.#addressed(number);
    if (reading === undefined) return;
    const { feed } = reading;
    this.#talk.emit({ type: "passed", feed, cursor: reading.advance(position) });
    this.#talk.emit({ type: "caughtUp", feed });
  }

  ended(number: number, why: Reject): void {
    const reading = this.#addressed(number);
    if (reading === undefined) return;
    this.#byNumber.delete(number);
    reading.number = undefined;
    if (passingCodes.has(why.code)) {
      this.#talk.lose(why);
    } else if (why.code === "position-unknown" && reading.cursor.position > 0) {
      reading.rewind();
      this.#begin(reading);
    } else {
      this.#end(reading, why);
    }
  }

  /** The reading that a frame is about, unless it has been given up meanwhile. */
  #addressed(number: number): Reading | undefined {
    if (number > this.#lastNumber) {
      this.#talk.fault(reject("frame-malformed", `subscription ${number}, which was not made`).error);
    }
    return this.#byNumber.get(number);
  }

  // What we ask for

  /** Asks for what a reading wants, as soon as all its mailboxes have been proved. */
  #begin(reading: Reading): void {
    const { address, hello } = this.#talk;
    if (hello === undefined) return;
    const { filter, mailboxes } = reading.wish;
    if (mailboxes.length > 0 && !nameAgrees(address, hello.name)) {
      const detail = `${address} calls itself ${printable(hello.name)}`;
      this.#end(reading, reject("relay-mistrusted", detail).error);
      return;
    }
    for (const mailbox of mailboxes) this.#prove(mailbox, hello);
    if (mailboxes.some(({ publicKey }) => this.#mailboxes.get(toHex(publicKey)) !== "proved")) return;
    const number = ++this.#lastNumber;
    const { after, credit } = reading.begin(number, address, hello);
    this.#byNumber.set(number, reading);
    this.#talk.send(["subscribe", number, filter, { after, live: true, credit }]);
    this.#talk.emit({ type: "began", feed: reading.feed, cursor: reading.cursor });
  }

  #prove({ publicKey, sign }: Signer, hello: Hello): void {
    const mailbox = toHex(publicKey);
    if (this.#mailboxes.has(mailbox)) return;
    this.#mailboxes.set(mailbox, "asked");
    const signature = sign(challengeBytes(hello, publicKey));
    this.#talk.ask(
      (ref) => ["authenticate", ref, publicKey, signature],
      (answer) => {
        if (answer.isAccepted) this.#proved(mailbox);
        else this.#notProved(mailbox, answer.why);
      },
    );
  }

  #proved(mailbox: string): void {
    this.#mailboxes.set(mailbox, "proved");
    for (const reading of this.#readingsOf(mailbox)) if (reading.number === undefined) this.#begin(reading);
  }

  #notProved(mailbox: string, why: Reject): void {
    this.#mailboxes.delete(mailbox);
    if (passingCodes.has(why.code)) {
      this.#talk.lose(why);
      return;
    }
    for (const reading of this.#readingsOf(mailbox)) this.#end(reading, why);
  }

  #readingsOf(mailbox: string): readonly Reading[] {
    const isWanted = ({ publicKey }: Signer): boolean => toHex(publicKey) === mailbox;
    return [...this.#readings.values()].filter(({ wish }) => wish.mailboxes.some(isWanted));
  }

  #topUp(reading: Reading): void {
    const credit = reading.topUp();
    if (credit > 0 && reading.number !== undefined) this.#talk.send(["credit", reading.number, credit]);
  }

  #end(reading: Reading, why: Reject): void {
    this.#talk.note(why);
    this.remove(reading.feed);
    this.#talk.emit({ type: "ended", feed: reading.feed, reject: why });
  }
}
