/** A shop that answers by itself: offers from its catalogue, stock kept for awards, counters, orders, receipts. */
import {
  type Body,
  type Clock,
  type Deal,
  type Filter,
  type Payment,
  type Signed,
  shortHex,
  toHex,
} from "@intentcast/protocol";
import type { Handler, Hooks } from "../answering.ts";
import { answerIntent, type Reserved } from "../catalogue/answer.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { NoOffer } from "../catalogue/no-offer.ts";
import type { Log } from "../log.ts";
import type { Thread } from "../thread/ledger.ts";
import { answerCounter } from "./counter-answer.ts";

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
  /** Told whatever a buyer said. */
  readonly onMessage?: Hooks["onMessage"];
};

export type StorefrontPorts = {
  readonly clock: Clock;
  readonly threads: () => readonly Thread[];
  readonly log: Log;
};

export function storefront(
  catalogue: Catalogue,
  { filter, floor = 1, paidAtOnce = false, payment, onNoOffer, onMessage }: StorefrontOptions,
  { clock, threads, log }: StorefrontPorts,
): { filter: Filter; handler: Handler; hooks: Hooks } {
  const handler: Handler = (intent) => {
    const answer = answerIntent(intent, catalogue, clock(), reservedBy(threads()));
    if (answer.ok) return answer.value;
    const { reason, line = 0 } = answer.error.misses[0];
    log("info", "no-offer", { thread: shortHex(intent.id), reason, line });
    onNoOffer?.(intent, answer.error);
    return undefined;
  };
  const hooks: Hooks = {
    onAward(deal) {
      if (!isInStock(catalogue, deal, threads())) return { decline: "out-of-stock" };
      const method = deal.award?.body.payment;
      const asked = payment?.(deal) ?? (method === undefined ? undefined : { method });
      return asked === undefined ? {} : { payment: asked };
    },
    onCounter: (deal) => answerCounter(deal, catalogue, floor, clock(), reservedBy(threads())),
    onOrdered(deal) {
      if (!paidAtOnce) return undefined;
      const method = deal.order?.body.payment?.method;
      return method === undefined ? {} : { paid: { method } };
    },
    ...(onMessage !== undefined && { onMessage }),
  };
  return { filter: filter ?? { prices: [{ currency: catalogue.currency, least: 0 }] }, handler, hooks };
}

const holding: ReadonlySet<Deal["phase"]> = new Set<Deal["phase"]>(["awarded", "ordered", "receipted"]);

/** Pieces by SKU that awards hold: those that came before the place given in the journal, or all. */
function reservedBy(threads: readonly Thread[], before = Number.POSITIVE_INFINITY): Reserved {
  const reserved = new Map<string, number>();
  for (const { deal, awardedAt } of threads) {
    if (awardedAt === undefined || awardedAt >= before || !holding.has(deal.phase)) continue;
    for (const { sku, pieces } of piecesOf(deal.offer?.body)) {
      reserved.set(sku, (reserved.get(sku) ?? 0) + pieces);
    }
  }
  return reserved;
}

const piecesOf = (offer: Body<"offer"> | undefined): { sku: string; pieces: number }[] =>
  (offer?.lines ?? []).flatMap(({ sku, quantity: { value, scale = 0 } }) =>
    sku === undefined ? [] : [{ sku, pieces: value / 10 ** scale }],
  );

/** Whether what was awarded is still there. Of two awards for the last piece the one that came first has it. */
function isInStock({ items }: Catalogue, deal: Deal, threads: readonly Thread[]): boolean {
  const key = toHex(deal.intent.id);
  const wanted = new Map<string, number>();
  for (const { sku, pieces } of piecesOf(deal.offer?.body)) wanted.set(sku, (wanted.get(sku) ?? 0) + pieces);
  const reserved = reservedBy(threads, threads.find((thread) => thread.key === key)?.awardedAt);
  return [...wanted].every(([sku, pieces]) => {
    const item = items.find((one) => one.sku === sku);
    if (item === undefined) return false;
    return item.available === undefined || item.available - (reserved.get(sku) ?? 0) >= pieces;
  });
}
