/** Where a buyer's mail goes out: a message is written down before it is sent, and sent until a relay has it. */
import {
  type Body,
  type Deal,
  equalBytes,
  findMessage,
  IntentcastError,
  type Private,
  type Random,
  type Reject,
  type Result,
  reject,
  type SealedTo,
  type Seconds,
  type Signed,
  type Signer,
  sealMessage,
  toHex,
  type UnixSeconds,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { type Acceptance, type Holder, meetingRelays, type Published } from "@intentcast/relay-client";
import { factKeys } from "./fact.ts";
import type { Keeping } from "./keeping.ts";
import { type Letter, letters } from "./letters.ts";
import { isPassing } from "./passing.ts";
import type { Ports } from "./ports.ts";
import { type Sent, takeMessage } from "./wallet.ts";

/** How long relays keep our sealed messages for a seller who is away. The same for all: it tells nothing. */
const sealedLifetimeSeconds: Seconds = 14 * 86_400;

/** The fields that every message of a thread begins with. */
type Head = Pick<Body<"note">, "nonce" | "issued" | "thread" | "prev" | "to">;

/** Makes a message of the rest. */
export type Compose = (head: Head, signer: Signer) => Result<Private, Reject>;

/** The envelope that carries a message to a seller. */
export async function sealFor(
  message: Private,
  to: SealedTo,
  issued: UnixSeconds,
  random: Random,
): Promise<Uint8Array> {
  const lifetime = { issued, expires: issued + sealedLifetimeSeconds };
  return (await sealMessage(message, to, lifetime, random)).bytes;
}

export class Outbox {
  readonly #ports: Ports;
  readonly #posted: (id: string) => Promise<void>;
  readonly #keeping: Keeping;

  /** `posted` is told the thread of each sealed message that a relay has taken, and its end awaited. */
  constructor(ports: Ports, keeping: Keeping, posted: (id: string) => Promise<void>) {
    this.#ports = ports;
    this.#keeping = keeping;
    this.#posted = posted;
  }

  /** Publishes an intent; resolves with what the relays said, or with nothing if they may have it all the same. */
  async publishIntent(id: string): Promise<Published | undefined> {
    const { book, chores, relays } = this.#ports;
    const { intent } = book.thread(id);
    try {
      return await this.#publish(id, intent, relays);
    } catch (error) {
      if (chores.signal.aborted) throw error;
      const code = error instanceof IntentcastError ? error.code : undefined;
      // A relay may have it: only the answer, or the note of it, is missing.
      const mayBeThere = code === "connection-lost" || code === "journal-failed";
      if (mayBeThere) return chores.retry(() => this.publishIntent(id));
      // What nobody has taken shall not come out later by surprise.
      await book.record({ kind: "refused", id: intent.id });
      throw error;
    }
  }

  /**
   * Writes a message of ours down: the deal must take it, and no other process may have been first. `taken`: an
   * entry with this key exists. What is written is sent by {@link post}.
   */
  async write(
    id: string,
    deal: Deal,
    prev: Uint8Array,
    compose: Compose,
    key?: string,
  ): Promise<Sent | "taken"> {
    const { book, clock, random, keys } = this.#ports;
    const thread = book.thread(id);
    const to = deal.offer?.body.reply;
    if (to === undefined) throw new IntentcastError(reject("out-of-turn", "there is no offer yet").error);
    const issued = clock();
    const head = { nonce: random(16), issued, thread: thread.intent.id, prev, to: to.mailbox };
    const message = unwrap(compose(head, keys(thread.index).signer));
    unwrap(takeMessage(thread, message, issued));
    const envelope = await sealFor(message, to, issued, random);
    if ((await book.record({ kind: "sent", at: issued, envelope, message }, key)) === "taken") return "taken";
    const sent = book.thread(id).sent.find((one) => equalBytes(one.message.id, message.id));
    if (sent === undefined) throw new IntentcastError(reject("journal-conflict").error);
    return sent;
  }

  /**
   * Sends what has been written down, to where we and the seller meet. Where that is at none of our own relays, it is left
   * at these as well, for the network to carry it from there: then nobody waits for relays that may be out of our reach,
   * and they are tried on. `isLeft`: it has been.
   */
  async post(id: string, sent: Sent, isLeft = false): Promise<void> {
    const { book, relays } = this.#ports;
    const { message, envelope } = sent;
    const deals = [...book.thread(id).deals.values()];
    const deal = deals.find((one) => findMessage(one, message.id) !== undefined);
    const places = meetingRelays(relays, deal?.offer?.body.reply.relays ?? []);
    // On one connection what is sent first is stored first: no award is known to its seller alone.
    await this.#keeping.keep(id);
    const own = meetingRelays(relays, []);
    const isShared = own.some((relay) => places.includes(relay));
    const leaving = isShared || isLeft ? Promise.resolve(isLeft) : this.#leave(id, envelope, own);
    const delivering = this.#publish(id, { id: message.id, bytes: envelope }, places)
      .then(() => undefined)
      .catch(async (error: unknown) => this.#notDelivered(id, sent, error, await leaving));
    await Promise.race([delivering, leaving.then((isThere) => (isThere ? undefined : delivering))]);
    await this.#posted(id);
  }

  /** Whether one of our own relays has taken what goes to others. It is not noted: delivered it is when those have it. */
  async #leave(id: string, envelope: Uint8Array, relays: readonly string[]): Promise<boolean> {
    const { channels, chores } = this.#ports;
    const publishing = channels.publish(id, envelope, { relays, signal: chores.signal });
    return publishing.then(
      () => true,
      () => false,
    );
  }

  #notDelivered(id: string, sent: Sent, error: unknown, isLeft: boolean): void {
    const { chores, log } = this.#ports;
    if (isPassing(error)) chores.retry(() => this.post(id, sent, isLeft));
    if (!isLeft) throw error;
    log("failed", { reason: String(error) });
  }

  /** Tells everyone that the intent is over, once. */
  async close(id: string, reason: Body<"close">["reason"]): Promise<void> {
    const { book, clock, keys, random } = this.#ports;
    const { intent, index, close } = book.thread(id);
    const { expires } = intent.body;
    const issued = clock();
    if (close !== undefined || issued >= expires) return;
    const body = { nonce: random(16), issued, expires, thread: intent.id, reason };
    const message = unwrap(writeMessage("close", body, keys(index).signer));
    const written = await book.record({ kind: "closed", at: issued, message }, factKeys.close(intent.id));
    if (written === "written") await this.#postClose(id, message);
  }

  async #postClose(id: string, close: Signed<"close">): Promise<void> {
    const { relays, chores, log } = this.#ports;
    await this.#publish(id, close, relays).catch((error: unknown) => {
      log("close-failed", { reason: String(error) });
      if (isPassing(error)) chores.retry(() => this.#postClose(id, close));
    });
  }

  /** Sends verbatim what an earlier run wrote down and no relay has confirmed. */
  resume(id: string, publishIntent: (id: string) => Promise<unknown>): void {
    const { book, clock, chores } = this.#ports;
    const { intent, sent, close } = book.thread(id);
    const isDone = ({ id }: { readonly id: Uint8Array }) => book.wallet.delivered.has(toHex(id));
    if (!isDone(intent) && clock() < intent.body.expires) chores.inBackground(publishIntent(id));
    for (const one of sent) if (!isDone(one.message)) chores.inBackground(this.post(id, one));
    if (close !== undefined && !isDone(close)) chores.inBackground(this.#postClose(id, close));
  }

  /**
   * Publishes a thread's messages again, to the byte, where the store that had them is gone: as long as they can matter to
   * anybody, and at a relay for a few of its stores only.
   */
  async again(id: string): Promise<void> {
    const { book, stores, clock, chores, log } = this.#ports;
    const due = letters(book.thread(id)).flatMap((letter) => {
      const holders = book.wallet.delivered.get(toHex(letter.id)) ?? [];
      const isLost = holders.some((holder) => stores.isGone(holder)) && letter.isWanted(clock());
      const relays = isLost ? stores.claim(toHex(letter.id), holders) : [];
      return relays.length > 0 ? [{ letter, relays }] : [];
    });
    await this.#keeping.keep(id);
    for (const { letter, relays } of due) {
      log("again", { thread: id, message: toHex(letter.id), relays: relays.join(" ") });
      chores.inBackground(this.#publishAgain(id, letter, relays));
    }
  }

  async #publishAgain(id: string, letter: Letter, relays: readonly string[]): Promise<void> {
    try {
      await this.#publish(id, letter, relays);
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#ports.chores.retry(() => this.#publishAgain(id, letter, relays));
    }
  }

  /** Publishes, and writes down which relays' stores have it; resolves when the first one does. */
  async #publish(
    thread: string,
    { id, bytes }: { readonly id: Uint8Array; readonly bytes: Uint8Array },
    relays: readonly string[],
  ): Promise<Published> {
    const { channels, chores } = this.#ports;
    const writings: Promise<void>[] = [];
    const accepted = ({ relay, store }: Acceptance): void => {
      const writing = this.#delivered(thread, id, { relay, store });
      writings.push(writing);
      chores.inBackground(writing);
    };
    const published = await channels.publish(thread, bytes, { relays, signal: chores.signal, accepted });
    await Promise.all(writings);
    return published;
  }

  async #delivered(thread: string, id: Uint8Array, holder: Holder): Promise<void> {
    const { book, stores, chores } = this.#ports;
    await book.record({ kind: "delivered", id, holder }, factKeys.delivered(id, holder));
    // The relay may have come back with another store before this was written down.
    if (stores.isGone(holder)) chores.inBackground(this.again(thread));
  }
}
