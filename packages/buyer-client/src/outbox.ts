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
  type RejectCode,
  type Result,
  reject,
  type Sealed,
  type SealedTo,
  type Seconds,
  type Signed,
  type Signer,
  sealCopy,
  sealMessage,
  toHex,
  type UnixSeconds,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { meetingRelays, type Published } from "@intentcast/relay-client";
import { copiesDue } from "./copies.ts";
import { factKeys } from "./fact.ts";
import { longestKept } from "./numbering.ts";
import type { Ports } from "./ports.ts";
import { type Sent, takeMessage } from "./wallet.ts";

/** How long relays keep our sealed messages for a seller who is away. The same for all: it tells nothing. */
const sealedLifetimeSeconds: Seconds = 14 * 86_400;

/** Refusals that a relay may take back later. */
const passing: ReadonlySet<RejectCode> = new Set([
  "no-relay",
  "connection-lost",
  "shutting-down",
  "overloaded",
  "rate-limited",
  "read-only",
  "store-failed",
  "store-full",
]);

const isPassing = (error: unknown): boolean => error instanceof IntentcastError && passing.has(error.code);

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
  /** Ids in hex of messages whose copies are on their way, or will not be taken. */
  readonly #keeping = new Set<string>();

  /** `posted` is told the thread of each sealed message that a relay has taken, and its end awaited. */
  constructor(ports: Ports, posted: (id: string) => Promise<void>) {
    this.#ports = ports;
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
      if (code === "connection-lost") return chores.retry(() => this.publishIntent(id));
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

  /** Sends what has been written down, to where we and the seller meet. */
  async post(id: string, sent: Sent): Promise<void> {
    const { book, relays, chores } = this.#ports;
    const { message, envelope } = sent;
    const deals = [...book.thread(id).deals.values()];
    const deal = deals.find((one) => findMessage(one, message.id) !== undefined);
    const places = meetingRelays(relays, deal?.offer?.body.reply.relays ?? []);
    // On one connection what is sent first is stored first: no award is known to its seller alone.
    await this.keep(id);
    try {
      await this.#publish(id, { id: message.id, bytes: envelope }, places);
    } catch (error) {
      if (isPassing(error)) chores.retry(() => this.post(id, sent));
      throw error;
    }
    await this.#posted(id);
  }

  /**
   * Keeps copies in our own mailbox, from which another machine recovers with the words alone: of the intent, of all
   * that we say, and of all of a deal that was awarded. Resolves when they are on their way.
   */
  async keep(id: string): Promise<void> {
    const { book, clock, keys, random, chores } = this.#ports;
    const thread = book.thread(id);
    const ours = keys(thread.index);
    const issued = clock();
    const due = copiesDue(thread, book.wallet, issued).filter((one) => !this.#keeping.has(toHex(one.id)));
    for (const one of due) this.#keeping.add(toHex(one.id));
    const lifetime = { issued, expires: issued + longestKept };
    const { mailbox } = ours;
    const seal = (message: Signed): Promise<Sealed> =>
      equalBytes(message.author, ours.signer.publicKey)
        ? sealCopy(message, ours, lifetime, random)
        : sealMessage(
            message as Private,
            { mailbox: mailbox.signer.publicKey, key: mailbox.key },
            lifetime,
            random,
          );
    const copies = await Promise.all(due.map(async (one) => ({ id: one.id, copy: await seal(one) })));
    for (const one of copies) chores.inBackground(this.#postCopy(id, one.id, one.copy));
  }

  async #postCopy(thread: string, id: Uint8Array, copy: Sealed): Promise<void> {
    const { channels, relays, book, clock, chores, log } = this.#ports;
    try {
      await channels.publish(thread, copy.bytes, { relays, signal: chores.signal });
      await book.record({ kind: "kept", at: clock(), id });
      this.#keeping.delete(toHex(id));
    } catch (error) {
      if (chores.signal.aborted) return;
      log("copy-failed", { thread, reason: String(error) });
      if (!isPassing(error)) return;
      this.#keeping.delete(toHex(id));
      chores.retry(() => this.keep(thread));
    }
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

  /** Publishes and writes down that it has been done. */
  async #publish(
    thread: string,
    { id, bytes }: { readonly id: Uint8Array; readonly bytes: Uint8Array },
    relays: readonly string[],
  ): Promise<Published> {
    const { channels, book, chores } = this.#ports;
    const published = await channels.publish(thread, bytes, { relays, signal: chores.signal });
    await book.record({ kind: "delivered", id }, factKeys.delivered(id));
    return published;
  }
}
