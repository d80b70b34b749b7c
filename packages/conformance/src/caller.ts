/** One connection of the kit's: it says what it is told to, and holds the relay to the form and order of its answers. */
import {
  type ClientFrame,
  encodeFrame,
  type Filter,
  type Hello,
  type Message,
  type RelayFrame,
  type Signer,
} from "@intentcast/protocol";
import { WebSocket } from "ws";
import { describeFrame } from "./describe.ts";
import { Breach, expect, NotNow } from "./finding.ts";
import { subprotocol } from "./handshake.ts";
import { Inbox, isAnswer, type Named } from "./inbox.ts";
import { opened } from "./opening.ts";
import type { Patience } from "./patience.ts";
import { proofOf } from "./proof.ts";
import { type Placed, Reader, type SubscribeOptions } from "./reader.ts";

export type Answer = Named<"accepted" | "rejected">;

/** What a relay says of a message that it has taken. */
export type Accepted = {
  readonly position: number;
  readonly matched: number | undefined;
  readonly duplicate: boolean;
};

/** Refusals that say nothing about what was asked: the relay is busy, full, or closed for now. */
const notAboutTheRequest = ["rate-limited", "overloaded", "read-only", "store-full", "store-failed"];

/** Such a refusal, and after how many seconds the relay says to try again. */
export type RefusedForNow = { readonly code: string; readonly retryAfter: number };

type OnBusy = (refusal: RefusedForNow) => void;

export class Caller implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #patience: Patience;
  readonly #onBusy: OnBusy;
  readonly inbox: Inbox;
  #hello: Hello | undefined;
  #ref = 0;
  #number = 0;

  private constructor(socket: WebSocket, patience: Patience, onBusy: OnBusy) {
    this.#socket = socket;
    this.#patience = patience;
    this.#onBusy = onBusy;
    this.inbox = new Inbox(socket, patience);
  }

  /** Connects and waits for hello. Throws a Breach when the relay refuses or says something else first. */
  static async open(url: string, patience: Patience, onBusy: OnBusy): Promise<Caller> {
    const socket = new WebSocket(url, [subprotocol], { perMessageDeflate: false });
    const caller = new Caller(socket, patience, onBusy);
    try {
      await patience.within(opened(socket), "a connection");
      const first = await caller.inbox.take(() => true, "hello");
      expect(first[0] === "hello", "hello as the first frame", describeFrame(first));
      caller.#hello = (first as Named<"hello">)[1];
      return caller;
    } catch (error) {
      socket.terminate();
      throw error;
    }
  }

  get hello(): Hello {
    return this.#hello as Hello;
  }

  send(...frame: ClientFrame): void {
    this.#socket.send(encodeFrame(frame));
  }

  sendRaw(data: Uint8Array | string): void {
    this.#socket.send(data);
  }

  /** Sends a ping and resolves to what the pong carries. */
  async ping(data: Uint8Array): Promise<Uint8Array> {
    const pong = new Promise<Uint8Array>((resolve) => this.#socket.once("pong", resolve));
    this.#socket.ping(data);
    return this.#patience.within(pong, "a pong");
  }

  /** A number that was not used for a request on this connection. */
  nextRef(): number {
    this.#ref += 1;
    return this.#ref;
  }

  /** Sends a publish and does not wait; resolves nothing, returns its `ref`. */
  ask(message: Message | Uint8Array): number {
    const ref = this.nextRef();
    this.send("publish", ref, message instanceof Uint8Array ? message : message.bytes);
    return ref;
  }

  /** The next answer, which must be to this request. */
  async answer(ref: number, expected = `an answer to ref ${ref}`): Promise<Answer> {
    const answer = (await this.inbox.take(isAnswer, expected)) as Answer;
    expect(answer[1] === ref, `${expected}, as the next answer`, describeFrame(answer));
    if (answer[0] === "rejected" && notAboutTheRequest.includes(answer[3])) {
      this.#onBusy({ code: answer[3], retryAfter: answer[5] });
      throw new NotNow(answer[3], answer[5]);
    }
    return answer;
  }

  /** The answer to a publish, which must be `accepted`. */
  async accepted(ref: number, what = "the message"): Promise<Accepted> {
    const expected = `accepted for ${what}`;
    const answer = await this.answer(ref, expected);
    if (answer[0] === "rejected") throw new Breach(expected, describeFrame(answer));
    const { position, matched, duplicate } = answer[2];
    if (position === undefined) throw new Breach(`${expected} with a position`, describeFrame(answer));
    return { position, matched, duplicate: duplicate ?? false };
  }

  /** Publishes what must be accepted. */
  publish(message: Message, what?: string): Promise<Accepted> {
    return this.accepted(this.ask(message), what);
  }

  /** Publishes them all before it waits for the answers. */
  async publishAll(messages: readonly Message[]): Promise<readonly Placed[]> {
    const asked = messages.map((message) => ({ message, ref: this.ask(message) }));
    const placed: Placed[] = [];
    for (const { message, ref } of asked)
      placed.push({ message, position: (await this.accepted(ref)).position });
    return placed;
  }

  /** The answer to a request, which must be refused with `stage/code`; resolves to `retryAfter`. */
  async refused(ref: number, verdict: string, what: string): Promise<number> {
    const expected = `rejected with ${verdict} for ${what}`;
    const answer = await this.answer(ref, expected);
    const isSo = answer[0] === "rejected" && `${answer[2]}/${answer[3]}` === verdict;
    if (!isSo) throw new Breach(expected, describeFrame(answer));
    return answer[5];
  }

  /** Proves a mailbox with a signature that is right unless given; returns the request's `ref`. */
  prove(mailbox: Signer, signature = proofOf(this.hello, mailbox)): number {
    const ref = this.nextRef();
    this.send("authenticate", ref, mailbox.publicKey, signature);
    return ref;
  }

  /** Proves a mailbox and waits until the relay has accepted it. */
  async authenticate(mailbox: Signer): Promise<void> {
    const answer = await this.answer(this.prove(mailbox), "accepted for a right proof of a mailbox");
    expect(answer[0] === "accepted", "accepted for a right proof of a mailbox", describeFrame(answer));
  }

  subscribe(filter: Filter, options: SubscribeOptions): Reader {
    this.#number += 1;
    return this.subscribeAs(this.#number, filter, options);
  }

  /** Subscribes with a number of one's own, such as one that is free again. */
  subscribeAs(number: number, filter: Filter, options: SubscribeOptions): Reader {
    this.send("subscribe", number, filter, options);
    return new Reader(this, number, options.credit);
  }

  /** The relay's complaint about a frame (`ref` 0), which must have this code. */
  async complaint(verdict: string, what: string): Promise<void> {
    const expected = `rejected with ref 0 and ${verdict} for ${what}`;
    const isFor = (frame: RelayFrame) => frame[0] === "rejected" || frame[0] === "ended";
    const frame = await this.inbox.take(isFor, expected);
    const isSo = frame[0] === "rejected" && frame[1] === 0 && `${frame[2]}/${frame[3]}` === verdict;
    expect(isSo, expected, describeFrame(frame));
  }

  /**
   * Resolves when the relay has dealt with all that was sent before, as far as one can tell from outside: it has
   * answered a question that came after it, and had some time besides.
   */
  async settle(): Promise<void> {
    const last = this.subscribe({ authors: [new Uint8Array(32)] }, { live: false, credit: 0 });
    await this.inbox.take(
      (frame) => frame[0] === "ended" && frame[1] === last.number,
      "an end of a subscription",
    );
    await this.#patience.pause(quietMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
  }
}

/** Time in which a relay that does too much is seen to do it. */
const quietMs = 50;
