/** One subscription's messages, compared over its relays: who has shown what, and who owes it for longer than is fair. */
import { type Message, toHex } from "@intentcast/protocol";
import type { Cursor } from "./exchange.ts";

/** Messages that are compared at a time: a sample is enough to notice a relay that withholds. */
const mostAtOnce = 64;
/** Looks after which nobody waits any longer for a relay that does not get ready. */
const longest = 40;

/** How far one relay has been read. */
export type Standing = {
  readonly store: string;
  /** Up to where the store was read before, or passed over: nothing below is owed. */
  readonly start: number;
  position: number;
  /** Since which look it has shown, on the present connection, all that it had stored; undefined until it has. */
  readySince: number | undefined;
};

/** A message that not all relays have shown. */
type Compared = {
  readonly message: Message;
  readonly since: number;
  /** For how many looks a relay may owe it. */
  readonly patience: number;
  readonly shownBy: Set<string>;
  /** Those who have owed it for too long: each is named once. */
  readonly named: Set<string>;
};

/** A relay that others were quicker than, by more than is fair. */
export type Late = {
  readonly relay: string;
  readonly message: Message;
  readonly shownBy: ReadonlySet<string>;
};

/** Time is counted in looks: a machine that was asleep has not looked, and nobody was late meanwhile. */
export class Showing {
  /** The relays that the subscription still reads, or will when they can be reached. */
  readonly #relays: Set<string>;
  /** Of those that have been read. */
  readonly standings = new Map<string, Standing>();
  readonly #compared = new Map<string, Compared>();

  constructor(relays: readonly string[]) {
    this.#relays = new Set(relays);
  }

  began({ relay, store, position }: Cursor): void {
    const before = this.standings.get(relay);
    const start = before?.store === store ? Math.min(before.start, position) : position;
    this.standings.set(relay, { store, start, position, readySince: undefined });
  }

  /** The relay serves the subscription no more. */
  ended(relay: string): void {
    this.#relays.delete(relay);
    this.standings.delete(relay);
  }

  lost(relay: string): void {
    const standing = this.standings.get(relay);
    if (standing !== undefined) standing.readySince = undefined;
  }

  caughtUp(relay: string, now: number): void {
    const standing = this.standings.get(relay);
    if (standing !== undefined) standing.readySince ??= now;
  }

  /** A relay has shown a message; `isNew` when it is the first to. */
  shown(relay: string, message: Message, isNew: boolean, since: number, patience: number): void {
    const key = toHex(message.id);
    if (isNew) {
      const compared = { message, since, patience, shownBy: new Set([relay]), named: new Set<string>() };
      if (this.#compared.size < mostAtOnce) this.#compared.set(key, compared);
      return;
    }
    const compared = this.#compared.get(key);
    if (compared === undefined) return;
    compared.shownBy.add(relay);
    if ([...this.#relays].every((one) => compared.shownBy.has(one))) this.#compared.delete(key);
  }

  /** Who is late by now, each for each message once. A relay that is away, or has not caught up, is awaited. */
  *late(now: number): Generator<Late> {
    for (const [key, { message, since, patience, shownBy, named }] of this.#compared) {
      let isAwaited = false;
      for (const relay of this.#relays) {
        if (shownBy.has(relay) || named.has(relay)) continue;
        const readySince = this.standings.get(relay)?.readySince ?? now;
        if (now - Math.max(since, readySince) < patience) {
          isAwaited = true;
        } else {
          named.add(relay);
          yield { relay, message, shownBy };
        }
      }
      if (!isAwaited || now - since > longest) this.#compared.delete(key);
    }
  }
}
