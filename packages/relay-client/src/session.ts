/** One session with one relay, without any input or output: inputs in, effects out, timers and time from outside. */
import {
  type ClientFrame,
  challengeBytes,
  decodeRelayFrame,
  encodeFrame,
  equalBytes,
  type Hello,
  type Id,
  type Message,
  matches,
  type Random,
  type Reject,
  type RejectCode,
  type RelayFrame,
  type Result,
  reject,
  type Signer,
  stageOf,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";
import { nameAgrees } from "./address.ts";
import { backoffMs } from "./backoff.ts";
import type { Effect, Input, RelayStatus, SessionState, TimerName } from "./exchange.ts";
import { Outbox } from "./outbox.ts";
import { Reading } from "./reading.ts";

/** From the dialling to the hello. */
const helloTimeoutMs = 10_000;
/** How often to look whether the relay is still there. */
const quietMs = 30_000;
/** A connection that lasted so long was a success: the next attempts begin with short waits again. */
const steadySeconds = 5;
/** A relay that breaks the protocol is not dialled again at once. */
const failuresOfAFault = 5;
/** Invalid messages on one connection before we take the relay for broken: each costs us a signature check. */
const mostRefused = 16;
/** Connections lost while a message alone was in flight, after which it gets the blame. */
const mostLosses = 5;
/** Messages that wait for a relay that cannot be reached: more would fill the memory. */
const mostPending = 1000;
/** We number subscriptions from 1, so asking to end this one makes the relay answer and changes nothing. */
const probedSubscription = 0;
/** Codes with which a relay ends a subscription that it may well serve later. */
const passingCodes: ReadonlySet<string> = new Set(["shutting-down", "store-failed", "rate-limited"]);

type Request = { readonly askedAtTick: number } & (
  | { readonly publication: number }
  | { readonly mailbox: string }
);

export type SessionOptions = {
  /** As {@link parseAddress} gives it. */
  readonly address: string;
  /** Reads a message, as `readMessage` does. */
  readonly read: (bytes: Uint8Array) => Result<Message, Reject>;
  readonly random: Random;
};

export class RelaySession {
  readonly #options: SessionOptions;
  readonly #readings = new Map<number, Reading>();
  readonly #outbox = new Outbox();

  #state: SessionState = "waiting";
  #failures = 0;
  #status: Pick<RelayStatus, "name" | "store" | "clockAhead" | "lastError"> = {};
  #counts = { connections: 0, received: 0, refused: 0, unmatched: 0, accepted: 0 };

  // What holds for one connection only.
  #hello: Hello | undefined;
  #openedAt: UnixSeconds = 0;
  #lastRef = 0;
  #lastNumber = 0;
  #refusedHere = 0;
  #tick = 0;
  #heardAtTick = 0;
  readonly #requests = new Map<number, Request>();
  readonly #readingsByNumber = new Map<number, Reading>();
  readonly #mailboxes = new Map<string, "asked" | "proved">();

  #effects: Effect[] = [];
  #now: UnixSeconds = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get status(): RelayStatus {
    return {
      address: this.#options.address,
      state: this.#state,
      ...this.#status,
      counts: { ...this.#counts, pending: this.#outbox.size },
    };
  }

  /** Takes one input in and tells what is to be done about it, in this order. */
  handle(input: Input, now: UnixSeconds): readonly Effect[] {
    this.#effects = [];
    this.#now = now;
    if (this.#state !== "closed") this.#take(input);
    return this.#effects;
  }

  #take(input: Input): void {
    switch (input.type) {
      case "start":
        this.#dial();
        break;
      case "received":
        this.#receive(input.data);
        break;
      case "closed":
        this.#lose(reject("connection-lost", printable(input.detail)).error, { isGone: true });
        break;
      case "elapsed":
        this.#elapse(input.timer);
        break;
      case "publish":
        this.#publish(input.publication, input.id, input.message);
        break;
      case "withdraw":
        this.#outbox.remove(input.publication);
        this.#flush();
        break;
      case "subscribe":
        this.#addReading(new Reading(input.feed, input.wish));
        break;
      case "took":
        this.#took(input.feed);
        break;
      case "unsubscribe":
        this.#removeReading(input.feed);
        break;
      case "stop":
        this.#stop();
        break;
    }
  }

  #emit(effect: Effect): void {
    this.#effects.push(effect);
  }

  #send(frame: ClientFrame): void {
    this.#emit({ type: "send", frame: encodeFrame(frame) });
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#emit({ type: "stateChanged" });
  }

  // Connecting and losing the connection

  #dial(): void {
    this.#become("connecting");
    this.#emit({ type: "setTimer", timer: "hello", afterMs: helloTimeoutMs });
    this.#emit({ type: "dial" });
  }

  #elapse(timer: TimerName): void {
    if (timer === "dial") {
      this.#dial();
      return;
    }
    if (timer === "hello") {
      this.#lose(reject("connection-lost", "no hello in time").error);
      return;
    }
    const oldest = Math.min(...[...this.#requests.values()].map(({ askedAtTick }) => askedAtTick));
    if (this.#tick - Math.min(this.#heardAtTick, oldest) >= 2) {
      this.#lose(reject("connection-lost", "the relay has fallen silent").error);
      return;
    }
    if (this.#heardAtTick < this.#tick) this.#send(["unsubscribe", probedSubscription]);
    this.#tick++;
    this.#emit({ type: "setTimer", timer: "quiet", afterMs: quietMs });
  }

  #open(hello: Hello): void {
    this.#hello = hello;
    this.#openedAt = this.#now;
    this.#lastRef = 0;
    this.#lastNumber = 0;
    this.#refusedHere = 0;
    this.#tick = 0;
    this.#heardAtTick = 0;
    this.#counts.connections++;
    this.#status = {
      ...this.#status,
      name: printable(hello.name),
      store: toHex(hello.store),
      clockAhead: hello.time - this.#now,
    };
    this.#emit({ type: "clearTimer", timer: "hello" });
    this.#emit({ type: "setTimer", timer: "quiet", afterMs: quietMs });
    this.#become("open");
    for (const reading of [...this.#readings.values()]) this.#begin(reading);
    this.#flush();
  }

  /** Lets go of the connection, if it is not gone by itself, and sets the time of the next attempt. */
  #lose(why: Reject, { isGone = false, isFault = false } = {}): void {
    if (this.#state !== "connecting" && this.#state !== "open") return;
    const wasSteady = this.#hello !== undefined && this.#now - this.#openedAt >= steadySeconds;
    this.#failures = wasSteady ? 1 : this.#failures + 1;
    if (isFault) this.#failures = Math.max(this.#failures, failuresOfAFault);
    this.#note(why);
    this.#disconnect(isGone ? undefined : why.code);
    const afterMs = backoffMs(this.#failures, this.#options.random);
    this.#emit({ type: "setTimer", timer: "dial", afterMs });
    this.#become("waiting");
  }

  /** The relay does what the protocol does not allow. */
  #fault(why: Reject): void {
    this.#lose(why, { isFault: true });
  }

  #malformed(detail: string): void {
    this.#fault(reject("frame-malformed", detail).error);
  }

  #note(why: Reject): void {
    this.#status = { ...this.#status, lastError: { reject: why, at: this.#now } };
  }

  #disconnect(reason: string | undefined): void {
    this.#emit({ type: "clearTimer", timer: "hello" });
    this.#emit({ type: "clearTimer", timer: "quiet" });
    if (reason !== undefined) this.#emit({ type: "hangUp", reason });
    this.#hello = undefined;
    this.#requests.clear();
    this.#mailboxes.clear();
    this.#readingsByNumber.clear();
    this.#outbox.rewind();
    for (const reading of this.#readings.values()) reading.pause();
  }

  #stop(): void {
    this.#emit({ type: "clearTimer", timer: "dial" });
    this.#disconnect("");
    this.#become("closed");
  }

  // Frames from the relay

  #receive(data: Uint8Array | string): void {
    if (this.#state !== "connecting" && this.#state !== "open") return;
    if (typeof data === "string") {
      this.#fault(reject("frame-not-binary").error);
      return;
    }
    const frame = decodeRelayFrame(data);
    if (!frame.ok) {
      this.#fault(frame.error);
      return;
    }
    this.#heardAtTick = this.#tick;
    const [name] = frame.value;
    if ((name === "hello") !== (this.#hello === undefined)) {
      this.#malformed(`${name} where ${name === "hello" ? "none" : "hello"} belongs`);
      return;
    }
    this.#answer(frame.value);
  }

  #answer(frame: RelayFrame): void {
    switch (frame[0]) {
      case "hello":
        this.#open(frame[1]);
        break;
      case "accepted":
        this.#accepted(frame[1], frame[2]);
        break;
      case "rejected":
        this.#rejected(frame[1], refusalOf(frame[3], frame[4]), frame[5]);
        break;
      case "message":
        this.#message(frame[1], frame[2], frame[3]);
        break;
      case "caughtUp":
        this.#caughtUp(frame[1], frame[2]);
        break;
      case "ended":
        this.#ended(frame[1], frame[2], frame[3]);
        break;
    }
  }

  /** The request that an answer belongs to, unless nobody waits for it any more. */
  #answered(ref: number): Request | undefined {
    if (ref > this.#lastRef) this.#malformed(`an answer to request ${ref}, which was not made`);
    const request = this.#requests.get(ref);
    this.#requests.delete(ref);
    return request;
  }

  #accepted(ref: number, facts: Extract<RelayFrame, ["accepted", ...unknown[]]>[2]): void {
    const request = this.#answered(ref);
    if (request === undefined) return;
    if ("mailbox" in request) {
      this.#proved(request.mailbox);
      return;
    }
    const { publication } = request;
    const { id, position, matched = 0, duplicate = false } = facts;
    const item = this.#outbox.remove(publication);
    if (item === undefined) {
      this.#flush();
      return;
    }
    const relay = this.#options.address;
    if (position === undefined || id === undefined || !equalBytes(id, item.id)) {
      const why = reject("frame-malformed", "accepted: not the message's id and a position").error;
      this.#emit({ type: "refused", publication, refusal: { relay, reject: why, retryAfter: 0 } });
      this.#fault(why);
      return;
    }
    this.#counts.accepted++;
    this.#emit({ type: "accepted", publication, acceptance: { relay, position, matched, duplicate } });
    this.#flush();
  }

  #rejected(ref: number, why: Reject, retryAfter: number): void {
    if (ref === 0) {
      this.#note(why);
      return;
    }
    const request = this.#answered(ref);
    if (request === undefined) return;
    if ("mailbox" in request) {
      this.#notProved(request.mailbox, why);
      return;
    }
    // A relay that is going down refuses nothing for good: the message waits for its return.
    if (why.code === "shutting-down") {
      this.#lose(why);
      return;
    }
    this.#refuse(request.publication, why, retryAfter);
    this.#flush();
  }

  /** The reading that a frame is about, unless it has been given up meanwhile. */
  #addressed(number: number): Reading | undefined {
    if (number > this.#lastNumber) this.#malformed(`subscription ${number}, which was not made`);
    return this.#readingsByNumber.get(number);
  }

  #message(number: number, position: number, bytes: Uint8Array): void {
    const reading = this.#addressed(number);
    if (reading === undefined) return;
    if (!reading.received()) {
      this.#malformed("a message beyond the credit");
      return;
    }
    this.#counts.received++;
    const cursor = reading.advance(position);
    const message = this.#options.read(bytes);
    if (message.ok && matches(reading.wish.filter, message.value)) {
      reading.hold();
      this.#emit({ type: "message", feed: reading.feed, message: message.value, cursor });
      return;
    }
    this.#emit({ type: "passed", feed: reading.feed, cursor });
    if (message.ok) {
      this.#counts.unmatched++;
    } else {
      this.#counts.refused++;
      this.#note(message.error);
      if (++this.#refusedHere >= mostRefused) {
        this.#fault(message.error);
        return;
      }
    }
    this.#topUp(reading);
  }

  #caughtUp(number: number, position: number): void {
    const reading = this.#addressed(number);
    if (reading === undefined) return;
    this.#emit({ type: "passed", feed: reading.feed, cursor: reading.advance(position) });
    this.#emit({ type: "caughtUp", feed: reading.feed });
  }

  #ended(number: number, code: string, detail: string): void {
    const reading = this.#addressed(number);
    if (reading === undefined) return;
    this.#readingsByNumber.delete(number);
    reading.number = undefined;
    const why = refusalOf(code, detail);
    if (passingCodes.has(code)) {
      this.#lose(why);
      return;
    }
    if (code === "position-unknown" && reading.cursor.position > 0) {
      reading.rewind();
      this.#begin(reading);
      return;
    }
    this.#endReading(reading, why);
  }

  // Publications

  #publish(publication: number, id: Id, message: Uint8Array): void {
    const isFull = this.#outbox.size >= mostPending;
    this.#outbox.add(publication, id, message);
    if (isFull) this.#refuse(publication, reject("connection-lost", `${mostPending} messages wait`).error, 0);
    this.#flush();
  }

  #flush(): void {
    const { limits } = this.#hello ?? {};
    if (limits === undefined) return;
    for (let item = this.#outbox.next(); item !== undefined; item = this.#outbox.next()) {
      const { publication, message, losses } = item;
      // The array, its name, the reference and the length of the message take less than 32 bytes.
      if (message.length > Math.min(limits.message, limits.frame - 32)) {
        this.#refuse(publication, reject("message-too-large", `the relay takes ${limits.message}`).error, 0);
      } else if (losses >= mostLosses) {
        this.#refuse(publication, reject("connection-lost", `${mostLosses} times`).error, 0);
      } else {
        this.#send(["publish", this.#request({ publication }), message]);
      }
    }
  }

  #request(what: { publication: number } | { mailbox: string }): number {
    const ref = ++this.#lastRef;
    this.#requests.set(ref, { ...what, askedAtTick: this.#tick });
    return ref;
  }

  #refuse(publication: number, why: Reject, retryAfter: number): void {
    if (this.#outbox.remove(publication) === undefined) return;
    const refusal = { relay: this.#options.address, reject: why, retryAfter };
    this.#emit({ type: "refused", publication, refusal });
  }

  // Subscriptions

  #addReading(reading: Reading): void {
    this.#readings.set(reading.feed, reading);
    this.#begin(reading);
  }

  /** Asks for what a reading wants, as soon as all its mailboxes have been proved. */
  #begin(reading: Reading): void {
    if (this.#hello === undefined) return;
    const { filter, mailboxes } = reading.wish;
    if (mailboxes.length > 0 && !nameAgrees(this.#options.address, this.#hello.name)) {
      const detail = `${this.#options.address} calls itself ${printable(this.#hello.name)}`;
      this.#endReading(reading, reject("relay-mistrusted", detail).error);
      return;
    }
    for (const mailbox of mailboxes) this.#prove(mailbox, this.#hello);
    if (mailboxes.some(({ publicKey }) => this.#mailboxes.get(toHex(publicKey)) !== "proved")) return;
    const number = ++this.#lastNumber;
    const { after, credit } = reading.begin(number, this.#options.address, this.#hello);
    this.#readingsByNumber.set(number, reading);
    this.#send(["subscribe", number, filter, { after, live: true, credit }]);
  }

  #prove({ publicKey, sign }: Signer, hello: Hello): void {
    const mailbox = toHex(publicKey);
    if (this.#mailboxes.has(mailbox)) return;
    this.#mailboxes.set(mailbox, "asked");
    const signature = sign(challengeBytes(hello, publicKey));
    this.#send(["authenticate", this.#request({ mailbox }), publicKey, signature]);
  }

  #proved(mailbox: string): void {
    this.#mailboxes.set(mailbox, "proved");
    for (const reading of this.#readingsOf(mailbox)) if (reading.number === undefined) this.#begin(reading);
  }

  #notProved(mailbox: string, why: Reject): void {
    this.#mailboxes.delete(mailbox);
    for (const reading of this.#readingsOf(mailbox)) this.#endReading(reading, why);
  }

  #readingsOf(mailbox: string): readonly Reading[] {
    const isWanted = ({ publicKey }: Signer): boolean => toHex(publicKey) === mailbox;
    return [...this.#readings.values()].filter(({ wish }) => wish.mailboxes.some(isWanted));
  }

  #took(feed: number): void {
    const reading = this.#readings.get(feed);
    if (reading === undefined) return;
    reading.release();
    this.#topUp(reading);
  }

  #topUp(reading: Reading): void {
    const credit = reading.topUp();
    if (credit > 0 && reading.number !== undefined) this.#send(["credit", reading.number, credit]);
  }

  #endReading(reading: Reading, why: Reject): void {
    this.#note(why);
    this.#removeReading(reading.feed);
    this.#emit({ type: "ended", feed: reading.feed, reject: why });
  }

  #removeReading(feed: number): void {
    const number = this.#readings.get(feed)?.number;
    this.#readings.delete(feed);
    if (number === undefined) return;
    this.#readingsByNumber.delete(number);
    this.#send(["unsubscribe", number]);
  }
}

/** What a relay writes goes to people's terminals: its control characters do not. */
const printable = (text: string): string => text.replace(/\p{Cc}/gu, " ");

/** A relay's refusal as ours. Its stage follows from its code; a code that we do not know is kept as detail. */
function refusalOf(code: string, detail: string): Reject {
  if (stageOf(code) !== undefined) return reject(code as RejectCode, printable(detail)).error;
  return reject("frame-malformed", printable(`a code that we do not know: ${code}: ${detail}`)).error;
}
