/** An awarded deal, seen from the buyer's side: the order, how it goes, the receipt, and the proof of it all. */
import {
  type Deal,
  encodeBundle,
  equalBytes,
  IntentcastError,
  isTerminal,
  type OrderStatus,
  reject,
  type Signed,
  writeMessage,
} from "@intentcast/protocol";
import type { Desk } from "./desk.ts";
import type { Compose } from "./outbox.ts";

export type Waiting = { readonly signal?: AbortSignal };

export interface Purchase {
  /** As it stands now. */
  readonly deal: Deal;
  /** The seller's confirmation. Throws an IntentcastError: `deal-over` if the deal ends without one. */
  ordered(options?: Waiting): Promise<Signed<"order">>;
  /** The seller's updates, those that have come included, until the deal is over or the buyer closed. */
  updates(options?: Waiting): AsyncIterable<Signed<"update">>;
  /** The seller's receipt. Throws as {@link Purchase.ordered} does. */
  receipt(options?: Waiting): Promise<Signed<"receipt">>;
  /** What both sides have written, in order; as for updates. */
  notes(options?: Waiting): AsyncIterable<Signed<"note">>;
  note(text: string): Promise<void>;
  /** Reports a problem, or asks for cancellation or return. It moves nothing until the seller says the same. */
  report(status: OrderStatus, note?: string): Promise<void>;
  /** Takes the award back while the seller has not confirmed it; afterwards asks for cancellation. */
  cancel(note?: string): Promise<void>;
  /** The deal's signed messages in one file, which anyone can verify offline. */
  bundle(): Uint8Array;
}

/** The purchase of one thread from one seller (both in hex), whose deal holds an award. */
export function openPurchase(desk: Desk, id: string, seller: string): Purchase {
  const { news, book } = desk.ports;
  const deal = () => book.thread(id).deals.get(seller) as Deal;
  const isOver = () => desk.isClosed || isTerminal(deal().phase);

  /** Resolves as soon as the deal holds the message. */
  async function arrival<M>(message: () => M | undefined, signal: AbortSignal | undefined): Promise<M> {
    for (;;) {
      const found = message();
      if (found !== undefined) return found;
      signal?.throwIfAborted();
      if (isTerminal(deal().phase)) throw new IntentcastError(reject("deal-over", deal().phase).error);
      if (desk.isClosed) {
        throw new IntentcastError(reject("connection-lost", "the buyer was closed").error);
      }
      desk.inbox.assertReading(id);
      await news.next(signal);
    }
  }

  const updates = () => deal().messages.filter((one) => one.kind === "update");
  const notes = () => deal().messages.filter((one) => one.kind === "note");
  const isSellers = ({ author }: Signed) => !equalBytes(author, deal().intent.author);

  async function report(status: OrderStatus, note?: string): Promise<void> {
    const body = { status, ...(note === undefined ? {} : { note }) };
    await say((head, signer) => writeMessage("update", { ...head, ...body }, signer));
  }

  async function say(compose: Compose): Promise<void> {
    await book.refresh();
    const last = deal().messages.at(-1) as Signed;
    await desk.say(id, deal(), last.id, compose);
  }

  return {
    get deal() {
      return deal();
    },
    ordered: ({ signal } = {}) => arrival(() => deal().order, signal),
    receipt: ({ signal } = {}) => arrival(() => deal().receipt, signal),
    updates: ({ signal } = {}) => news.follow(() => updates().filter(isSellers), isOver, signal),
    notes: ({ signal } = {}) => news.follow(notes, isOver, signal),
    note: (text) => say((head, signer) => writeMessage("note", { ...head, text }, signer)),
    report,
    cancel: async (note) => {
      await book.refresh();
      if (deal().phase === "awarded") await desk.decline(id, deal(), "withdrawn", note);
      else await report("OrderCancelled", note);
    },
    bundle: () => encodeBundle(deal()),
  };
}
