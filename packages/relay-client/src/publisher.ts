/** The part of a session that publishes: it sends what waits, and sends again what a lost connection left open. */
import {
  equalBytes,
  type Hello,
  type Id,
  type Reject,
  reject,
  type Seconds,
  toHex,
} from "@intentcast/protocol";
import { type Item, Outbox } from "./outbox.ts";
import type { Answer, Talk } from "./talk.ts";

/** Connections lost while a message alone was in flight, after which it gets the blame. */
const mostLosses = 5;
/** Messages that wait for a relay that cannot be reached: more would fill the memory. */
const mostPending = 1000;
/** The array, its name, the reference and the length of the message take less. */
const frameOverheadBytes = 32;

export class Publisher {
  readonly #talk: Talk;
  readonly #outbox = new Outbox();
  /** Publications that the relay accepted. */
  accepted = 0;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** Publications that are still to be sent or answered. */
  get pending(): number {
    return this.#outbox.size;
  }

  publish(publication: number, id: Id, message: Uint8Array): void {
    const isFull = this.#outbox.size >= mostPending;
    this.#outbox.add(publication, id, message);
    if (isFull) this.#refuse(publication, reject("connection-lost", `${mostPending} messages wait`).error);
    this.flush();
  }

  withdraw(publication: number): void {
    this.#outbox.remove(publication);
    this.flush();
  }

  lost(): void {
    this.#outbox.rewind();
  }

  /** Sends what may be sent now. */
  flush(): void {
    const { hello } = this.#talk;
    if (hello === undefined) return;
    for (let item = this.#outbox.next(); item !== undefined; item = this.#outbox.next()) {
      const { publication, message } = item;
      const obstacle = obstacleTo(item, hello);
      if (obstacle !== undefined) {
        this.#refuse(publication, obstacle);
        continue;
      }
      this.#talk.ask(
        (ref) => ["publish", ref, message],
        (answer) => this.#answered(publication, answer),
      );
    }
  }

  #answered(publication: number, answer: Answer): void {
    if (answer.isAccepted) this.#accept(publication, answer);
    // A relay that is going down refuses nothing for good: the message waits for its return.
    else if (answer.why.code === "shutting-down") this.#talk.lose(answer.why);
    else this.#refuse(publication, answer.why, answer.retryAfter);
    this.flush();
  }

  #accept(publication: number, { facts }: Extract<Answer, { isAccepted: true }>): void {
    const item = this.#outbox.remove(publication);
    if (item === undefined) return;
    const { id, position, matched = 0, duplicate = false } = facts;
    const { address: relay, hello } = this.#talk;
    if (hello === undefined || position === undefined || id === undefined || !equalBytes(id, item.id)) {
      const why = reject("frame-malformed", "accepted: not the message's id and a position").error;
      this.#talk.emit({ type: "refused", publication, refusal: { relay, reject: why, retryAfter: 0 } });
      this.#talk.fault(why);
      return;
    }
    this.accepted++;
    const acceptance = { relay, store: toHex(hello.store), position, matched, duplicate };
    this.#talk.emit({ type: "accepted", publication, acceptance });
  }

  #refuse(publication: number, why: Reject, retryAfter: Seconds = 0): void {
    if (this.#outbox.remove(publication) === undefined) return;
    const refusal = { relay: this.#talk.address, reject: why, retryAfter };
    this.#talk.emit({ type: "refused", publication, refusal });
  }
}

/** Why a message is not even sent to a relay that says this hello. */
function obstacleTo({ message, losses }: Item, { limits }: Hello): Reject | undefined {
  if (message.length > Math.min(limits.message, limits.frame - frameOverheadBytes)) {
    return reject("message-too-large", `the relay takes ${limits.message} bytes`).error;
  }
  return losses < mostLosses ? undefined : reject("connection-lost", `${losses} times`).error;
}
