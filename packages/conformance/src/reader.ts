/** One subscription of the kit's: it takes what comes in the order in which it comes, and counts its credit. */
import { equalBytes, type Message, type RelayFrame } from "@intentcast/protocol";
import type { Caller } from "./caller.ts";
import { describeFrame } from "./describe.ts";
import { Breach, expect } from "./finding.ts";
import type { Named } from "./inbox.ts";

/** As in the frame. */
export type SubscribeOptions = { readonly after?: number; readonly live: boolean; readonly credit: number };

/** A message, and the position at which the relay says it stands. */
export type Placed = { readonly message: Message; readonly position: number };

type OfSubscription = Named<"message" | "caughtUp" | "ended">;

export class Reader {
  readonly number: number;
  readonly #caller: Caller;
  #credit: number;
  /** Where the relay has last said that all was sent. */
  #caughtUp: number | undefined;
  #hasEnded = false;

  constructor(caller: Caller, number: number, credit: number) {
    this.#caller = caller;
    this.number = number;
    this.#credit = credit;
  }

  /** The next frame of this subscription. */
  async next(expected: string): Promise<OfSubscription> {
    const frame = (await this.#caller.inbox.take((one) => this.#owns(one), expected)) as OfSubscription;
    if (frame[0] === "message") this.#count(frame);
    if (frame[0] === "caughtUp") this.#caughtUp = frame[2];
    if (frame[0] === "ended") this.#hasEnded = true;
    return frame;
  }

  /** No message comes without credit, and none up to where the relay has said that all was sent. */
  #count(frame: Named<"message">): void {
    this.#credit -= 1;
    const came = () => describeFrame(frame);
    expect(this.#credit >= 0, "no message beyond the credit granted", came);
    const upTo = this.#caughtUp ?? 0;
    expect(
      frame[2] > upTo,
      `no message at or before position ${upTo}, up to which all was said to be sent`,
      came,
    );
  }

  /** The next message. A relay that has caught up may say so again in between. */
  async nextMessage(expected: string): Promise<Named<"message">> {
    for (;;) {
      const { hasCaughtUp } = this;
      const frame = await this.next(expected);
      if (frame[0] === "message") return frame;
      if (frame[0] === "ended" || !hasCaughtUp) throw new Breach(expected, describeFrame(frame));
    }
  }

  /** The next message, which must be this one at its position. */
  async message({ message, position }: Placed, what = "the message"): Promise<void> {
    const expected = `${what}, at position ${position}`;
    const frame = await this.nextMessage(expected);
    const isIt = frame[2] === position && equalBytes(frame[3], message.bytes);
    expect(isIt, expected, describeFrame(frame));
  }

  /** The next messages, which must be these in this order. */
  async messages(placed: readonly Placed[]): Promise<void> {
    for (const [i, one] of placed.entries()) await this.message(one, `message ${i + 1} of ${placed.length}`);
  }

  /** The next frame, which must be `caughtUp`; resolves to its position. */
  async caughtUp(): Promise<number> {
    const frame = await this.next("caughtUp");
    if (frame[0] !== "caughtUp") throw new Breach("caughtUp", describeFrame(frame));
    return frame[2];
  }

  /** The next frame, which must be `ended` with this code. */
  async ended(code: string, what = "the subscription"): Promise<void> {
    const expected = `ended with ${code} for ${what}`;
    const frame = await this.next(expected);
    expect(frame[0] === "ended" && frame[2] === code, expected, describeFrame(frame));
  }

  get hasCaughtUp(): boolean {
    return this.#caughtUp !== undefined;
  }

  /** Grants what has been used up, when little is left. */
  topUp(to: number): void {
    if (this.#credit < to / 2) this.grant(to - this.#credit);
  }

  grant(more: number): void {
    this.#credit += more;
    this.#caller.send("credit", this.number, more);
  }

  unsubscribe(): void {
    this.#caller.send("unsubscribe", this.number);
  }

  /** Nothing has come that was not taken, but that a relay which has caught up may say so again. Settle before. */
  isSilent(expected: string): void {
    const mayCatchUp = this.hasCaughtUp && !this.#hasEnded;
    const unread = this.#caller.inbox.unread((frame) => this.#owns(frame));
    const wrong = unread.find(([name]) => !(mayCatchUp && name === "caughtUp"));
    if (wrong !== undefined) throw new Breach(expected, describeFrame(wrong));
  }

  #owns(frame: RelayFrame): boolean {
    const isOfSubscription = frame[0] === "message" || frame[0] === "caughtUp" || frame[0] === "ended";
    return isOfSubscription && frame[1] === this.number;
  }
}
