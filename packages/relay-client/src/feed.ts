/** One subscription's messages from all its relays in one line: each once, in the order in which they came. */
import { IntentcastError, type Message, type Reject, type UnixSeconds } from "@intentcast/protocol";
import type { Cursor } from "./exchange.ts";
import { SeenIds } from "./seen-ids.ts";

/** A message, read and checked, and how far its relay has been read with it. */
export type Delivery = { readonly message: Message; readonly cursor: Cursor };

/** A delivery, or the mere news that a relay has been read up to a cursor. */
type Step = { readonly message?: Message; readonly cursor: Cursor };

type Turn = PromiseWithResolvers<IteratorResult<Delivery, undefined>>;

export class Feed implements AsyncIterator<Delivery, undefined> {
  readonly #onTaken: (relay: string) => void;
  readonly #seen = new SeenIds();
  readonly #steps: Step[] = [];
  readonly #turns: Turn[] = [];
  readonly #cursors = new Map<string, Cursor>();
  #end: { readonly why: Reject | undefined } | undefined;

  /** `onTaken` is told the relay of each message when the consumer takes it. */
  constructor(onTaken: (relay: string) => void, cursors: readonly Cursor[]) {
    this.#onTaken = onTaken;
    for (const cursor of cursors) this.#cursors.set(cursor.relay, cursor);
  }

  /** For each relay, up to where everything has been taken: what to go on from in a later process. */
  get cursors(): readonly Cursor[] {
    return [...this.#cursors.values()];
  }

  /** Queues a message; false when it had come before, from this relay or another. */
  add(message: Message, cursor: Cursor, now: UnixSeconds): boolean {
    const isNew = this.#seen.add(message, now);
    if (isNew) this.#push({ message, cursor });
    else this.pass(cursor);
    return isNew;
  }

  /** Notes that up to the cursor there is nothing else for this feed; it counts once all before it is taken. */
  pass(cursor: Cursor): void {
    const last = this.#steps.at(-1);
    if (last !== undefined && last.message === undefined && last.cursor.relay === cursor.relay)
      this.#steps.pop();
    this.#push({ cursor });
  }

  #push(step: Step): void {
    if (this.#end !== undefined) return;
    this.#steps.push(step);
    this.#serve();
  }

  /** No more comes. What has come can still be taken, unless it was the consumer who ended it. */
  end(why: Reject | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { why };
    if (why === undefined) this.#steps.length = 0;
    this.#serve();
  }

  next(): Promise<IteratorResult<Delivery, undefined>> {
    const turn: Turn = Promise.withResolvers();
    this.#turns.push(turn);
    this.#serve();
    return turn.promise;
  }

  /** Gives to those who wait what there is, and passes over what is for nobody. */
  #serve(): void {
    while (this.#steps[0] !== undefined && (this.#turns.length > 0 || this.#steps[0].message === undefined)) {
      const { message, cursor } = this.#steps.shift() as Step;
      this.#cursors.set(cursor.relay, cursor);
      if (message === undefined) continue;
      this.#turns.shift()?.resolve({ done: false, value: { message, cursor } });
      this.#onTaken(cursor.relay);
    }
    if (this.#end === undefined || this.#steps.length > 0) return;
    const { why } = this.#end;
    for (const turn of this.#turns.splice(0)) {
      if (why === undefined) turn.resolve({ done: true, value: undefined });
      else turn.reject(new IntentcastError(why));
    }
  }
}
