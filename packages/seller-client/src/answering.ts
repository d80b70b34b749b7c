/** What a seller's own code decides: whether to offer, and what becomes of awards, counters and orders. */
import type { Body, Deal, Private, Reject, Signed } from "@intentcast/protocol";
import type { Catalogue } from "./catalogue/catalogue.ts";
import type { OfferDraft } from "./offer-draft.ts";

type Awaitable<T> = T | Promise<T>;
type Order = Body<"order">;
type Receipt = Body<"receipt">;

/** Offers for an intent, or does not. */
export type Handler = (intent: Signed<"intent">) => Awaitable<OfferDraft | undefined>;

/** No, and why; the buyer is told. */
export type Refusal = { readonly decline: Body<"decline">["reason"]; readonly note?: string };

/** What an order says beside what was awarded. Absent: a random number, and the delivery that was offered. */
export type OrderDetails = Partial<Pick<Order, "number" | "payment" | "delivery" | "note">>;

/** What a receipt says. Absent: the total of the order, paid at this moment. */
export type ReceiptDetails = { readonly paid?: Partial<Omit<Receipt["paid"], "currency">> } & Partial<
  Pick<Receipt, "delivered" | "serials" | "warranty" | "note">
>;

/** Where an order stands. */
export type UpdateDetails = Pick<Body<"update">, "status"> &
  Partial<Pick<Body<"update">, "tracking" | "note">>;

/**
 * Each may be called again for the same deal, after a crash or when it has thrown; what is sent in answer is sent once.
 * One that throws is logged and called again after a while, as long as its answer can still matter.
 */
export type Hooks = {
  /** The buyer took our offer: the order, or a refusal. Absent: the order as it was awarded. */
  readonly onAward?: (deal: Deal) => Awaitable<OrderDetails | Refusal>;
  /** The buyer wants another offer: that, or a refusal, or nothing for now. Absent: nothing. */
  readonly onCounter?: (deal: Deal) => Awaitable<OfferDraft | Refusal | undefined>;
  /** An order has gone out: its receipt, where it is paid already. Absent: none; `seller.receipt` gives it later. */
  readonly onOrdered?: (deal: Deal) => Awaitable<ReceiptDetails | undefined>;
  /** Whatever a buyer said has been written down; the deal holds it. It is told once, also when it throws. */
  readonly onMessage?: (deal: Deal, message: Private) => void;
};

/** Intents being answered, until it is disposed of. */
export interface Answering extends AsyncDisposable {
  /** Resolves when what the relays had stored has been taken in hand; after intents are read again, when that is. */
  readonly caughtUp: Promise<void>;
  /** Resolves when it is over: with the reason why no relay serves it, or with nothing if it was closed. */
  readonly closed: Promise<Reject | undefined>;
}

/** A shop that answers from its catalogue. */
export interface Storefront extends Answering {
  /**
   * Answers from another catalogue of the same currency from now on: intents to come, those that it had no offer for,
   * counters, and awards, which are refused as `out-of-stock` where an item is no longer there. Offers that are out
   * stay firm. Throws a TypeError for another currency, and an Error when the storefront is closed.
   */
  replace(catalogue: Catalogue): void;
}
