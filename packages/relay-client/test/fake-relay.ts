/** A relay for tests: it speaks the protocol from memory, and can be told to misbehave. */
import {
  type ClientFrame,
  challengeBytes,
  decodeClientFrame,
  encodeFrame,
  type Filter,
  type Hello,
  type Message,
  matches,
  portableEquation,
  type Reject,
  type RelayFrame,
  type Result,
  readMessage,
  toHex,
  verifySignature,
} from "@intentcast/protocol";
import { now } from "./messages.ts";

const limits: Hello["limits"] = {
  frame: 65_536,
  message: 33_280,
  subscriptions: 100,
  filterTerms: 1000,
  credit: 1000,
  mailboxes: 100,
  lifetime: 2_592_000,
  skew: 300,
};

type Served = { filter: Filter; position: number; credit: number; hasCaughtUp: boolean };

/** Does something else than an honest relay with a frame; true when that was all. */
export type Twist = (frame: ClientFrame, line: Line) => boolean;

/** One connection, seen from the relay. */
export class Line {
  readonly challenge = new Uint8Array(32).fill(3);
  /** Everything that the client said on it. */
  readonly heard: ClientFrame[] = [];
  readonly served = new Map<number, Served>();
  readonly mailboxes = new Set<string>();
  readonly relay: FakeRelay;
  readonly sendBytes: (frame: Uint8Array | string) => void;
  readonly hangUp: () => void;

  constructor(relay: FakeRelay, sendBytes: (frame: Uint8Array | string) => void, hangUp: () => void) {
    this.relay = relay;
    this.sendBytes = sendBytes;
    this.hangUp = hangUp;
  }

  send(...frame: RelayFrame): void {
    this.sendBytes(encodeFrame(frame));
  }

  receive(bytes: Uint8Array): void {
    const frame = decodeClientFrame(bytes);
    if (!frame.ok) throw new Error(`the client said something malformed: ${frame.error.detail}`);
    this.heard.push(frame.value);
    if (this.relay.twist?.(frame.value, this) === true) return;
    this.answer(frame.value);
  }

  answer(frame: ClientFrame): void {
    switch (frame[0]) {
      case "publish":
        this.publish(frame[1], frame[2]);
        break;
      case "authenticate":
        this.authenticate(frame[1], frame[2], frame[3]);
        break;
      case "subscribe": {
        const [, number, filter, { after = this.relay.messages.length, credit }] = frame;
        const unproved = filter.mailboxes?.some((mailbox) => !this.mailboxes.has(toHex(mailbox)));
        if (unproved) {
          this.send("ended", number, "mailbox-not-authenticated", "");
        } else if (after > this.relay.messages.length) {
          this.send("ended", number, "position-unknown", "");
        } else {
          this.served.set(number, { filter, position: after, credit, hasCaughtUp: false });
          this.pump();
        }
        break;
      }
      case "credit": {
        const served = this.served.get(frame[1]);
        if (served !== undefined) served.credit += frame[2];
        this.pump();
        break;
      }
      case "unsubscribe": {
        if (this.served.delete(frame[1])) this.send("ended", frame[1], "unsubscribed", "");
        else this.send("rejected", 0, "session", "subscription-unknown", "", 0);
      }
    }
  }

  publish(ref: number, bytes: Uint8Array): void {
    const message = this.relay.read(bytes);
    if (!message.ok) {
      this.send("rejected", ref, message.error.stage, message.error.code, "", 0);
      return;
    }
    const duplicate = this.relay.store(bytes);
    const position = this.relay.positionOf(bytes);
    this.send("accepted", ref, {
      id: message.value.id,
      position,
      matched: 0,
      ...(duplicate ? { duplicate: true as const } : {}),
    });
  }

  authenticate(ref: number, mailbox: Uint8Array, signature: Uint8Array): void {
    const signed = challengeBytes({ name: this.relay.name, challenge: this.challenge }, mailbox);
    const isProved = verifySignature(signature, signed, mailbox, portableEquation).ok;
    if (isProved) this.mailboxes.add(toHex(mailbox));
    if (isProved) this.send("accepted", ref, {});
    else this.send("rejected", ref, "session", "authentication-failed", "", 0);
  }

  /** Sends what the credit allows. */
  pump(): void {
    for (const [number, served] of this.served) {
      while (served.credit > 0 && served.position < this.relay.messages.length) {
        const bytes = this.relay.messages[served.position++] as Uint8Array;
        const message = this.relay.read(bytes);
        if (!message.ok || !matches(served.filter, message.value)) continue;
        if (this.relay.hides?.(message.value) === true) continue;
        served.credit--;
        this.send("message", number, served.position, bytes);
      }
      if (served.position === this.relay.messages.length && !served.hasCaughtUp) {
        served.hasCaughtUp = true;
        this.send("caughtUp", number, served.position);
      }
    }
  }
}

export class FakeRelay {
  name = "localhost";
  storeId: Uint8Array = new Uint8Array(16).fill(1);
  messages: Uint8Array[] = [];
  limits = limits;
  twist: Twist | undefined;
  /** What it withholds from all who subscribe. */
  hides: ((message: Message) => boolean) | undefined;
  readonly lines = new Set<Line>();
  readonly #read = new Map<Uint8Array, Result<Message, Reject>>();
  readonly #positions = new Map<string, number>();

  /** Takes a connection and says hello on it. */
  connect(sendBytes: (frame: Uint8Array | string) => void, hangUp: () => void): Line {
    const line = new Line(this, sendBytes, hangUp);
    this.lines.add(line);
    line.send("hello", this.hello(line));
    return line;
  }

  hello(line: Line): Hello {
    return {
      version: 1,
      name: this.name,
      software: "fake",
      challenge: line.challenge,
      store: this.storeId,
      position: this.messages.length,
      time: now,
      limits: this.limits,
    };
  }

  read(bytes: Uint8Array): Result<Message, Reject> {
    const known = this.#read.get(bytes) ?? readMessage(bytes, () => true);
    this.#read.set(bytes, known);
    return known;
  }

  positionOf(bytes: Uint8Array): number {
    return this.#positions.get(toHex(bytes)) ?? 0;
  }

  /** Stores a message and delivers it; true when it was there already. */
  store(bytes: Uint8Array): boolean {
    if (this.#positions.has(toHex(bytes))) return true;
    this.messages.push(bytes);
    this.#positions.set(toHex(bytes), this.messages.length);
    for (const line of this.lines) line.pump();
    return false;
  }

  /** Forgets all: a relay that has been set up anew. */
  wipe(storeId: Uint8Array): void {
    this.messages = [];
    this.#positions.clear();
    this.storeId = storeId;
  }
}
