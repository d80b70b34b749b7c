/** One session with one relay, without any input or output: inputs in, effects out, timers and time from outside. */
import {
  type ClientFrame,
  decodeRelayFrame,
  encodeFrame,
  type Hello,
  type Message,
  type Random,
  type Reject,
  type RejectCode,
  type RelayFrame,
  type Result,
  reject,
  stageOf,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";
import { backoffMs } from "./backoff.ts";
import type { Effect, Input, RelayStatus, SessionState, TimerName } from "./exchange.ts";
import { printable } from "./printable.ts";
import { Publisher } from "./publisher.ts";
import { Subscriber } from "./subscriber.ts";
import type { Answer, Talk } from "./talk.ts";

/** From the dialling to the hello. */
const helloTimeoutMs = 10_000;
/** How often to look whether the relay is still there. */
const quietMs = 30_000;
/** A connection that lasted so long was a success: the next attempts begin with short waits again. */
const steadySeconds = 5;
/** A relay that breaks the protocol is not dialled again at once. */
const failuresOfAFault = 5;
/** We number subscriptions from 1, so asking to end this one makes the relay answer and changes nothing. */
const probedSubscription = 0;

export type SessionOptions = {
  /** As `parseAddress` gives it. */
  readonly address: string;
  /** Reads a message, as `readMessage` does. */
  readonly read: (bytes: Uint8Array) => Result<Message, Reject>;
  readonly random: Random;
};

type Request = { readonly askedAtTick: number; readonly answered: (answer: Answer) => void };

export class RelaySession implements Talk {
  readonly address: string;
  readonly #random: Random;
  readonly #publisher: Publisher;
  readonly #subscriber: Subscriber;

  #state: SessionState = "waiting";
  #failures = 0;
  #connections = 0;
  #status: Pick<RelayStatus, "name" | "store" | "clockAhead" | "lastError"> = {};

  // What holds for one connection only.
  #hello: Hello | undefined;
  #openedAt: UnixSeconds = 0;
  #lastRef = 0;
  readonly #requests = new Map<number, Request>();
  /** Times that we have looked whether the relay is still there; and how often when it last said something. */
  #tick = 0;
  #heardAtTick = 0;

  #effects: Effect[] = [];
  #now: UnixSeconds = 0;

  constructor({ address, read, random }: SessionOptions) {
    this.address = address;
    this.#random = random;
    this.#publisher = new Publisher(this);
    this.#subscriber = new Subscriber(this, read);
  }

  get hello(): Hello | undefined {
    return this.#hello;
  }

  get status(): RelayStatus {
    const { accepted, pending } = this.#publisher;
    return {
      address: this.address,
      state: this.#state,
      ...this.#status,
      counts: { connections: this.#connections, ...this.#subscriber.counts, accepted, pending },
    };
  }

  hasCredit(feed: number): boolean {
    return this.#subscriber.hasCredit(feed);
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
        this.#leave(reject("connection-lost", printable(input.detail)).error, { isGone: true });
        break;
      case "elapsed":
        this.#elapse(input.timer);
        break;
      case "publish":
        this.#publisher.publish(input.publication, input.id, input.message);
        break;
      case "withdraw":
        this.#publisher.withdraw(input.publication);
        break;
      case "subscribe":
        this.#subscriber.add(input.feed, input.wish);
        break;
      case "took":
        this.#subscriber.took(input.feed);
        break;
      case "unsubscribe":
        this.#subscriber.remove(input.feed);
        break;
      case "stop":
        this.#stop();
    }
  }

  // What the parts of the session do

  emit(effect: Effect): void {
    this.#effects.push(effect);
  }

  send(frame: ClientFrame): void {
    this.emit({ type: "send", frame: encodeFrame(frame) });
  }

  ask(frame: (ref: number) => ClientFrame, answered: (answer: Answer) => void): void {
    const ref = ++this.#lastRef;
    this.#requests.set(ref, { askedAtTick: this.#tick, answered });
    this.send(frame(ref));
  }

  note(why: Reject): void {
    this.#status = { ...this.#status, lastError: { reject: why, at: this.#now } };
  }

  lose(why: Reject): void {
    this.#leave(why);
  }

  fault(why: Reject): void {
    this.#leave(why, { isFault: true });
  }

  // Connecting and losing the connection

  #become(state: SessionState): void {
    this.#state = state;
    this.emit({ type: "stateChanged" });
  }

  #dial(): void {
    this.#become("connecting");
    this.emit({ type: "setTimer", timer: "hello", afterMs: helloTimeoutMs });
    this.emit({ type: "dial" });
  }

  #elapse(timer: TimerName): void {
    if (timer === "dial") this.#dial();
    else if (timer === "hello") this.lose(reject("connection-lost", "no hello in time").error);
    else this.#look();
  }

  /** Looks whether the relay is still there: a connection that has died at its other end says nothing. */
  #look(): void {
    const oldestRequest = Math.min(...[...this.#requests.values()].map(({ askedAtTick }) => askedAtTick));
    if (this.#tick - Math.min(this.#heardAtTick, oldestRequest) >= 2) {
      this.lose(reject("connection-lost", "the relay has fallen silent").error);
      return;
    }
    if (this.#heardAtTick < this.#tick) this.send(["unsubscribe", probedSubscription]);
    this.#tick++;
    this.emit({ type: "setTimer", timer: "quiet", afterMs: quietMs });
  }

  #open(hello: Hello): void {
    this.#hello = hello;
    this.#openedAt = this.#now;
    this.#connections++;
    const introduction = {
      relay: this.address,
      store: toHex(hello.store),
      clockAhead: hello.time - this.#now,
    };
    const { store, clockAhead } = introduction;
    this.#status = { ...this.#status, name: printable(hello.name), store, clockAhead };
    this.emit({ type: "clearTimer", timer: "hello" });
    this.emit({ type: "setTimer", timer: "quiet", afterMs: quietMs });
    this.#become("open");
    this.emit({ type: "opened", introduction });
    this.#subscriber.opened();
    this.#publisher.flush();
  }

  /** Lets go of the connection, if it is not gone by itself, and sets the time of the next attempt. */
  #leave(why: Reject, { isGone = false, isFault = false } = {}): void {
    if (this.#state !== "connecting" && this.#state !== "open") return;
    const wasSteady = this.#hello !== undefined && this.#now - this.#openedAt >= steadySeconds;
    this.#failures = wasSteady ? 1 : this.#failures + 1;
    if (isFault) this.#failures = Math.max(this.#failures, failuresOfAFault);
    this.note(why);
    this.#disconnect();
    if (!isGone) this.emit({ type: "hangUp", reason: why.code });
    const afterMs = backoffMs(this.#failures, this.#random);
    this.emit({ type: "setTimer", timer: "dial", afterMs });
    this.#become("waiting");
  }

  #disconnect(): void {
    this.emit({ type: "clearTimer", timer: "hello" });
    this.emit({ type: "clearTimer", timer: "quiet" });
    this.#hello = undefined;
    this.#lastRef = 0;
    this.#requests.clear();
    this.#tick = 0;
    this.#heardAtTick = 0;
    this.#publisher.lost();
    this.#subscriber.lost();
  }

  #stop(): void {
    this.emit({ type: "clearTimer", timer: "dial" });
    this.#disconnect();
    this.emit({ type: "hangUp", reason: "" });
    this.#become("closed");
  }

  // Frames from the relay

  #receive(data: Uint8Array | string): void {
    if (this.#state !== "connecting" && this.#state !== "open") return;
    const frame = typeof data === "string" ? reject("frame-not-binary") : decodeRelayFrame(data);
    if (!frame.ok) {
      this.fault(frame.error);
      return;
    }
    this.#heardAtTick = this.#tick;
    const [name] = frame.value;
    if ((name === "hello") === (this.#hello === undefined)) {
      this.#hear(frame.value);
    } else {
      this.fault(reject("frame-malformed", `${name} where ${this.#hello ? "none" : "hello"} belongs`).error);
    }
  }

  #hear(frame: RelayFrame): void {
    switch (frame[0]) {
      case "hello":
        this.#open(frame[1]);
        break;
      case "accepted":
        this.#answered(frame[1], { isAccepted: true, facts: frame[2] });
        break;
      case "rejected":
        this.#rejected(frame[1], refusalOf(frame[3], frame[4]), frame[5]);
        break;
      case "message":
        this.#subscriber.message(frame[1], frame[2], frame[3]);
        break;
      case "caughtUp":
        this.#subscriber.caughtUp(frame[1], frame[2]);
        break;
      case "ended":
        this.#subscriber.ended(frame[1], refusalOf(frame[2], frame[3]));
    }
  }

  #rejected(ref: number, why: Reject, retryAfter: number): void {
    if (ref !== 0) this.#answered(ref, { isAccepted: false, why, retryAfter });
    // A complaint about a frame as such. This one our probe asks for, or a subscription that ended meanwhile.
    else if (why.code !== "subscription-unknown") this.note(why);
  }

  #answered(ref: number, answer: Answer): void {
    const request = this.#requests.get(ref);
    this.#requests.delete(ref);
    if (request !== undefined) request.answered(answer);
    else this.fault(reject("frame-malformed", `an answer to request ${ref}, which does not stand`).error);
  }
}

/** A relay's refusal as ours. Its stage follows from its code; a code that we do not know is kept as detail. */
function refusalOf(code: string, detail: string): Reject {
  if (stageOf(code) !== undefined) return reject(code as RejectCode, printable(detail)).error;
  return reject("frame-malformed", printable(`a code that we do not know: ${code}: ${detail}`)).error;
}
