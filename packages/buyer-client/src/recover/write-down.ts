/** Writes into the journal what was found of one intent, as if it had been there from the beginning. */
import {
  type Clock,
  type Deal,
  didKey,
  equalBytes,
  findMessage,
  IntentcastError,
  type Private,
  type Random,
  reject,
  type SealedTo,
  type Signed,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { Book } from "../book.ts";
import { factKeys } from "../fact.ts";
import { sealFor } from "../outbox.ts";
import { type Thread, takeMessage } from "../wallet.ts";
import type { Mail } from "./mail.ts";

/** What was found of one intent. */
export type Found = {
  /** The intent's number. */
  readonly index: number;
  /** Its id in hex, which is that of the cast. */
  readonly thread?: string;
  /** Missing where no relay holds it any more: then there is no cast, and its number is not used again. */
  readonly intent?: Signed<"intent">;
  /** Messages of its deals that belong where they claim to. */
  readonly messages: number;
  readonly orders: readonly FoundOrder[];
};

export type FoundOrder = {
  /** did:key */
  readonly seller: string;
  readonly number: string;
  /** ISO 4217, and minor units of it. */
  readonly currency: string;
  readonly total: number;
  readonly issued: UnixSeconds;
  /**
   * Whether the deal is whole, and among the cast's purchases. Otherwise the intent, the offer or the award is lost: the
   * seller's word is here, what it was given for is not.
   */
  readonly isProvable: boolean;
};

/** What it takes to write down: `clock` says when an award that is unanswered is sealed anew. */
export type RecoveryPorts = { readonly book: Book; readonly clock: Clock; readonly random: Random };

export async function writeDown(mail: Mail, ports: RecoveryPorts): Promise<Found> {
  const { book } = ports;
  const { index, intent, messages } = mail;
  if (intent === undefined) {
    await book.record({ kind: "spent", index }, factKeys.intent(index));
    return { index, messages: 0, orders: ordersIn(messages, () => false) };
  }
  const id = toHex(intent.id);
  const at = intent.body.issued;
  await book.record({ kind: "intent", at, index, message: intent }, factKeys.intent(index));
  if (!book.wallet.threads.has(id)) {
    const detail = `number ${index} has another intent in the journal`;
    throw new IntentcastError(reject("journal-conflict", detail).error);
  }
  await markDelivered(book, intent.id);
  const unplaced = await replay(id, messages, ports);
  await markAnswered(id, book);
  await writeClose(mail, book);
  const isPlaced = (message: Private) => !unplaced.includes(message);
  const placed = messages.filter(isPlaced).length;
  return { index, thread: id, intent, messages: placed, orders: ordersIn(messages, isPlaced) };
}

/**
 * Takes messages into the thread in the order in which their deals accept them, each at the time that it carries: what
 * a live deal took, it takes again (spec/06-deal §time). Resolves with those that belong nowhere.
 */
async function replay(
  id: string,
  messages: readonly Private[],
  ports: RecoveryPorts,
): Promise<readonly Private[]> {
  let waiting = [...messages].sort((a, b) => a.body.issued - b.body.issued);
  for (let before = Number.POSITIVE_INFINITY; waiting.length < before; ) {
    before = waiting.length;
    const left: Private[] = [];
    for (const message of waiting) if (!(await take(id, message, ports))) left.push(message);
    waiting = left;
  }
  return waiting;
}

/** False when no deal of the thread takes the message as things stand. */
async function take(id: string, message: Private, { book, clock, random }: RecoveryPorts): Promise<boolean> {
  const thread = book.thread(id);
  if (dealWith(thread, message) !== undefined) return true;
  const at = message.body.issued;
  const next = takeMessage(thread, message, at);
  if (!next.ok) return false;
  if (equalBytes(message.author, thread.intent.author)) {
    const deal = dealWith({ deals: next.value }, message);
    const to = deal?.offer?.body.reply as SealedTo;
    const envelope = await sealFor(message, to, clock(), random);
    await book.record({ kind: "sent", at, envelope, message }, keyOf(message, thread.awards));
  } else {
    const afterMs = Math.max(0, at - thread.castAt) * 1000;
    await book.record({ kind: "received", at, afterMs, message }, factKeys.received(message.id));
  }
  return true;
}

const dealWith = ({ deals }: Pick<Thread, "deals">, { id }: Private): Deal | undefined =>
  [...deals.values()].find((deal) => findMessage(deal, id) !== undefined);

function keyOf(message: Private, awards: number): string | undefined {
  if (message.kind === "award") return factKeys.award(message.body.thread, awards);
  const isFarewell = message.kind === "decline" && message.body.reason === "awarded-elsewhere";
  return isFarewell ? factKeys.farewell(message.body.prev) : undefined;
}

/**
 * What we have said need not be said again, but for an award that has no answer: its copy may have been all that was
 * sent. Once more does no harm, for its id is the same.
 */
async function markAnswered(id: string, book: Book): Promise<void> {
  const thread = book.thread(id);
  for (const { message } of thread.sent) {
    const isUnanswered = message.kind === "award" && dealWith(thread, message)?.phase === "awarded";
    if (!isUnanswered) await markDelivered(book, message.id);
  }
}

async function writeClose({ intent, close }: Mail, book: Book): Promise<void> {
  if (intent === undefined || close === undefined) return;
  const fact = { kind: "closed", at: close.body.issued, message: close } as const;
  await book.record(fact, factKeys.close(intent.id));
  await markDelivered(book, close.id);
}

async function markDelivered(book: Book, id: Uint8Array): Promise<void> {
  await book.record({ kind: "delivered", id }, factKeys.delivered(id));
}

const ordersIn = (
  messages: readonly Private[],
  isPlaced: (message: Private) => boolean,
): readonly FoundOrder[] =>
  messages.flatMap((message) => {
    if (message.kind !== "order") return [];
    const { number, currency, total, issued } = message.body;
    const seller = didKey(message.author);
    return [{ seller, number, currency, total, issued, isProvable: isPlaced(message) }];
  });
