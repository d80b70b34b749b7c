/** An intent that has been cast: its offers as they arrive, and what the buyer answers. */
import {
  awardsLeft,
  type Body,
  type Change,
  type Deal,
  day,
  didKey,
  findMessage,
  IntentcastError,
  reject,
  type Signed,
  toHex,
  type UnixSeconds,
  writeMessage,
} from "@intentcast/protocol";
import type { Desk } from "./desk.ts";
import { factKeys } from "./fact.ts";
import type { Compose } from "./outbox.ts";
import { openPurchase, type Purchase, type Waiting } from "./purchase.ts";
import { type Criteria, type Ranked, rank } from "./ranking.ts";
import type { Refused } from "./wallet.ts";

/** `refused`: no relay would take the intent. `awarded` and `withdrawn` stay, also after the intent has expired. */
export type CastState = "open" | "awarded" | "withdrawn" | "expired" | "refused";

/** An offer that keeps to the intent, and when it came: also in milliseconds since the intent was cast. */
export type Offered = {
  readonly offer: Signed<"offer">;
  readonly deal: Deal;
  /** did:key */
  readonly seller: string;
  readonly receivedAt: UnixSeconds;
  readonly afterMs: number;
};

/** An offer, or what holds one, such as a {@link Ranked} or an {@link Offered}. */
export type OfferLike = Signed<"offer"> | { readonly offer: Signed<"offer"> };

export type AwardOptions = Partial<Pick<Body<"award">, "disclosure" | "payment" | "note">>;

/** Methods throw an IntentcastError with the code by which the deal refuses what they would say. */
export interface Cast {
  /** The intent's id in hex. */
  readonly thread: string;
  readonly intent: Signed<"intent">;
  readonly state: CastState;
  /** How many standing subscriptions the intent was delivered to at once; undefined if cast by an earlier run. */
  readonly matched: number | undefined;
  /**
   * Every offer that keeps to the intent, those that have come included, until the cast is over, the buyer is
   * closed or the signal is aborted. Throws if no relay lets the mailbox be read.
   */
  offers(options?: Waiting): AsyncGenerator<Offered, void, undefined>;
  /** The sellers' latest offers that still stand, best first, each with its reasons. */
  ranked(criteria?: Criteria): readonly Ranked[];
  /** What came from sellers and was no offer for this intent, or did not belong where it claimed to. */
  refused(): readonly Refused[];
  deals(): readonly Deal[];
  /** The deals that were awarded. */
  purchases(): readonly Purchase[];
  /** Asks a seller for another offer. Stands until the offer expires, by default for a day at most. */
  counter(
    offer: OfferLike,
    change: Change,
    options?: { note?: string; expires?: UnixSeconds },
  ): Promise<void>;
  decline(offer: OfferLike, reason?: Body<"decline">["reason"], note?: string): Promise<void>;
  note(offer: OfferLike, text: string): Promise<void>;
  /**
   * Takes an offer as it stands, and discloses what is given here to its seller alone. The award is durable before
   * it is sent, and sent again as it was after a crash. Codes: `already-awarded`, `offer-expired`, `award-late`, …
   * With `no-relay`, `connection-lost` and the like the award stands: it is among {@link Cast.purchases}, and sent
   * as soon as a relay takes it.
   */
  award(offer: OfferLike, options?: AwardOptions): Promise<Purchase>;
  /** Tells everyone that the intent is over, and declines the offers unless told otherwise. */
  withdraw(options?: { declineOffers?: boolean }): Promise<void>;
}

/** The handle on a thread (its id in hex) that is in the wallet. */
export function openCast(desk: Desk, id: string, matched: () => number | undefined): Cast {
  const { book, clock, news } = desk.ports;
  const thread = () => book.thread(id);
  const deals = () => [...thread().deals.values()];

  function state(): CastState {
    const { intent, close, awards } = thread();
    if (close !== undefined) return close.body.reason;
    if (awards > 0 && awardsLeft(intent, deals()) === 0) return "awarded";
    if (book.wallet.refused.has(id)) return "refused";
    return clock() > intent.body.expires ? "expired" : "open";
  }

  function isOver(): boolean {
    desk.inbox.assertReading(id);
    return desk.isClosed || state() !== "open";
  }

  /** The deal that an offer is part of, as all processes on this journal have left it. */
  async function dealWith(like: OfferLike): Promise<{ deal: Deal; offer: Signed<"offer"> }> {
    const offer = "offer" in like ? like.offer : like;
    await book.refresh();
    const deal = deals().find((one) => findMessage(one, offer.id) !== undefined);
    if (deal === undefined) throw new IntentcastError(reject("prev-unknown", "no offer of this cast").error);
    return { deal, offer };
  }

  const purchaseOf = (deal: Deal) => openPurchase(desk, id, toHex(deal.seller as Uint8Array));

  async function* offers({ signal }: Waiting = {}): AsyncGenerator<Offered, void, undefined> {
    for await (const { message, at, afterMs } of news.follow(() => thread().offers, isOver, signal)) {
      yield {
        offer: message,
        deal: thread().deals.get(toHex(message.author)) as Deal,
        seller: didKey(message.author),
        receivedAt: at,
        afterMs,
      };
    }
  }

  async function counter(
    like: OfferLike,
    change: Change,
    { note, expires }: { note?: string; expires?: UnixSeconds } = {},
  ): Promise<void> {
    const { deal, offer } = await dealWith(like);
    const until = expires ?? Math.min(clock() + day, offer.body.expires, deal.intent.body.expires);
    const body = { change, expires: until, ...(note === undefined ? {} : { note }) };
    await desk.say(id, deal, offer.id, (head, signer) =>
      writeMessage("counter", { ...head, ...body }, signer),
    );
  }

  async function award(like: OfferLike, options: AwardOptions = {}): Promise<Purchase> {
    for (;;) {
      const { deal, offer } = await dealWith(like);
      const { intent, awards } = thread();
      if (awardsLeft(intent, deals()) === 0) throw new IntentcastError(reject("already-awarded").error);
      const key = factKeys.award(intent.id, awards);
      const compose: Compose = (head, signer) => writeMessage("award", { ...head, ...options }, signer);
      const said = await desk.say(id, deal, offer.id, compose, key);
      // Where another award was first, whether there is one more to give shows on a new look.
      if (said !== "taken") return purchaseOf(deal);
    }
  }

  return {
    thread: id,
    get intent() {
      return thread().intent;
    },
    get state() {
      return state();
    },
    get matched() {
      return matched();
    },
    offers,
    ranked: (criteria = {}) => {
      const standing = deals().filter(({ phase }) => phase === "offered" || phase === "countered");
      const latest = standing.flatMap(({ offer }) => (offer === undefined ? [] : [offer]));
      return rank(thread().intent.body, latest, criteria, clock());
    },
    refused: () => thread().refused,
    deals,
    purchases: () =>
      deals()
        .filter(({ award }) => award !== undefined)
        .map(purchaseOf),
    counter,
    decline: async (like, reason = "other", note) => {
      const { deal } = await dealWith(like);
      await desk.decline(id, deal, reason, note);
    },
    note: async (like, text) => {
      const { deal, offer } = await dealWith(like);
      await desk.say(id, deal, offer.id, (head, signer) => writeMessage("note", { ...head, text }, signer));
    },
    award,
    withdraw: async ({ declineOffers = true } = {}) => {
      await book.refresh();
      await desk.close(id, "withdrawn");
      if (!declineOffers) return;
      for (const deal of deals()) {
        if (deal.phase === "offered" || deal.phase === "countered") await desk.decline(id, deal, "withdrawn");
      }
    },
  };
}
