/** A shop that answers by itself: offers from its catalogue, stock kept for awards, counters, orders, receipts. */
import {
  type Clock,
  type Deal,
  type Filter,
  type Payment,
  type Signed,
  shortHex,
} from "@intentcast/protocol";
import type { Handler, Hooks, OrderDetails, ReceiptDetails, Refusal } from "../answering.ts";
import { answerIntent } from "../catalogue/answer.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Explanation, explain } from "../catalogue/explain.ts";
import type { NoOffer } from "../catalogue/no-offer.ts";
import { layOut } from "../catalogue/shelf.ts";
import type { Log } from "../log.ts";
import { answerCounter } from "./counter-answer.ts";
import { Stock, type Threads } from "./stock.ts";

export type StorefrontOptions = {
  /** Which intents to look at. Absent: all whose price is in the catalogue's currency or that name none. */
  readonly filter?: Filter;
  /** The share of its own price that the shop accepts when a buyer asks for less: 0 to 1. Absent: 1. */
  readonly floor?: number;
  /** Gives the receipt with the order: for what is paid on the spot. Absent: no receipt by itself. */
  readonly paidAtOnce?: boolean;
  /** How the order asks to be paid. Absent: the method that the award names, and nothing else. */
  readonly payment?: (deal: Deal) => Payment | undefined;
  /** Told why there was no offer. */
  readonly onNoOffer?: (intent: Signed<"intent">, reasons: NoOffer) => void;
  /** Told of each intent that is looked at which items came near, and why each was offered or was not. */
  readonly onExplain?: (intent: Signed<"intent">, explanation: Explanation) => void;
  /** Told whatever a buyer said. */
  readonly onMessage?: Hooks["onMessage"];
};

export type ShopPorts = {
  readonly clock: Clock;
  readonly threads: Threads;
  readonly log: Log;
};

export class Shop {
  readonly filter: Filter;
  readonly hooks: Hooks;
  readonly #options: StorefrontOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stock: Stock;
  #catalogue: Catalogue;

  constructor(catalogue: Catalogue, options: StorefrontOptions, { clock, threads, log }: ShopPorts) {
    this.filter = options.filter ?? { prices: [{ currency: catalogue.currency, least: 0 }] };
    this.hooks = {
      onAward: (deal) => this.#confirm(deal),
      onCounter: (deal) =>
        answerCounter(deal, this.#catalogue, options.floor ?? 1, clock(), this.#stock.reserved),
      onOrdered: (deal) => (options.paidAtOnce === true ? receiptFor(deal) : undefined),
      ...(options.onMessage !== undefined && { onMessage: options.onMessage }),
    };
    layOut(catalogue);
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#stock = new Stock(threads, catalogue, clock());
    this.#catalogue = catalogue;
  }

  /** Throws a TypeError for a catalogue in another currency: what is out was offered in this one. */
  replace(catalogue: Catalogue): void {
    const { currency } = this.#catalogue;
    if (catalogue.currency !== currency) {
      throw new TypeError(`the shop sells for ${currency}, not for ${catalogue.currency}`);
    }
    layOut(catalogue);
    this.#catalogue = catalogue;
    this.#stock.replace(catalogue, this.#clock());
  }

  readonly handler: Handler = (intent) => {
    const { onExplain } = this.#options;
    const now = this.#clock();
    const { reserved } = this.#stock;
    onExplain?.(intent, explain(intent, this.#catalogue, now, reserved));
    const answer = answerIntent(intent, this.#catalogue, now, reserved);
    if (answer.ok) return answer.value;
    const { reason, line = 0 } = answer.error.misses[0];
    this.#log("info", "no-offer", { thread: shortHex(intent.id), reason, line });
    this.#options.onNoOffer?.(intent, answer.error);
    return undefined;
  };

  #confirm(deal: Deal): OrderDetails | Refusal {
    if (!this.#stock.isThereFor(deal)) return { decline: "out-of-stock" };
    const method = deal.award?.body.payment;
    const asked = this.#options.payment?.(deal) ?? (method === undefined ? undefined : { method });
    return asked === undefined ? {} : { payment: asked };
  }
}

function receiptFor({ order }: Deal): ReceiptDetails {
  const method = order?.body.payment?.method;
  return method === undefined ? {} : { paid: { method } };
}
