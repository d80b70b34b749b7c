/** A seller on the network: answers intents, keeps every promise in its journal, and carries deals to their receipts. */
import type { Journal } from "@intentcast/journal";
import {
  advance,
  type Body,
  type Clock,
  type Deal,
  didKey,
  type Filter,
  findMessage,
  IntentcastError,
  type MailboxKeys,
  matches,
  openDeal,
  openSealed,
  type Private,
  type Random,
  type Reject,
  reject,
  type Sealed,
  type SealedKind,
  type Signed,
  type Signer,
  sellerSigner,
  shortHex,
  threadMailbox,
  toHex,
  unwrap,
  type VerifyEquation,
  writeMessage,
} from "@intentcast/protocol";
import {
  connectRelays,
  type OpenSocket,
  type Published,
  type RelayPool,
  type RelayStatus,
  type Subscription,
  type Timers,
} from "@intentcast/relay-client";
import type { Handler, Hooks, OrderDetails, ReceiptDetails, Refusal } from "./answering.ts";
import { atOnce } from "./at-once.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import { type Log, noLog } from "./log.ts";
import type { OfferDraft } from "./offer-draft.ts";
import { type StorefrontOptions, storefront } from "./storefront.ts";
import { Closes } from "./thread/closes.ts";
import {
  answerKeys,
  declineFields,
  type Fields,
  offerFields,
  orderFields,
  orderOf,
  receiptFields,
  refusalKey,
} from "./thread/fields.ts";
import { type InTurn, inTurn } from "./thread/in-turn.ts";
import { isLive, keepSeconds, Ledger } from "./thread/ledger.ts";
import { Mailroom } from "./thread/mailroom.ts";
import { Outbox } from "./thread/outbox.ts";
import { Voice } from "./thread/voice.ts";

export type SellerOptions = {
  /** 32 bytes from which all of the seller's keys follow. */
  readonly seed: Uint8Array;
  /** As buyers see it. */
  readonly name: string;
  /** Addresses of relays, ws:// or wss://, at most eight. */
  readonly relays: readonly string[];
  /** What the seller must not forget. It stays the caller's to close. */
  readonly journal: Journal;
  /** The domain that the seller answers for. */
  readonly domain?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly equation?: VerifyEquation;
  readonly socket?: OpenSocket;
  readonly timers?: Timers;
  readonly log?: Log;
};

/** Intents being answered, until it is disposed of. */
export interface Answering extends AsyncDisposable {
  /** Resolves when what the relays had stored has been taken in hand. */
  readonly caughtUp: Promise<void>;
  /** Resolves when it is over: with the reason why no relay serves it, or with nothing if it was closed. */
  readonly closed: Promise<Reject | undefined>;
}

type ProfileDetails = Omit<Body<"profile">, "nonce" | "issued" | "expires" | "name" | "relays">;
type UpdateDetails = Pick<Body<"update">, "status"> & Partial<Pick<Body<"update">, "tracking" | "note">>;

/**
 * A seller that is on the network. All that it says in a thread is in the journal before it is sent: after a crash it
 * is sent again as it stood, and nothing is answered twice, by this process or by another on the same journal.
 */
export interface Seller extends AsyncDisposable {
  /** The seller's identity as did:key. */
  readonly did: string;
  /**
   * Tells everyone who the seller is, for thirty days. Throws an IntentcastError of stage validate for a profile that
   * is none, and as `publish` of the relays does.
   */
  publishProfile(profile?: ProfileDetails): Promise<Published>;
  /**
   * Answers the intents that a filter describes, those that relays have stored and those to come, each once. What a
   * handler or hook throws is logged, and the next intent is served. Deals from the journal whose intent the filter
   * describes are carried on with these hooks.
   */
  answer(filter: Filter, handler: Handler, hooks?: Hooks): Answering;
  /** Answers from a catalogue by itself: firm offers, orders, and receipts where asked to. */
  answerFromCatalogue(catalogue: Catalogue, options?: StorefrontOptions): Answering;
  /** Every deal that the seller has an offer in, those of earlier runs included. */
  deals(): readonly Deal[];
  /** Says something to the buyer. Throws an IntentcastError of stage validate or advance, as the next three do. */
  note(deal: Deal, text: string): Promise<Deal>;
  /** Says where the order stands. */
  update(deal: Deal, update: UpdateDetails): Promise<Deal>;
  /** Gives the receipt. */
  receipt(deal: Deal, details?: ReceiptDetails): Promise<Deal>;
  /** Takes an offer back, or refuses an award that has no order yet. */
  decline(deal: Deal, refusal: Refusal): Promise<Deal>;
  /** How every relay is doing. */
  status(): readonly RelayStatus[];
}

/**
 * Opens a seller: reads the journal, connects, sends what had not been sent, reads the mail of its threads.
 * Throws an IntentcastError `journal-broken`, `relay-address` or `no-relay`, and a TypeError for a seed that is none.
 *
 * @example
 * await using seller = await openSeller({ seed, name: "Cradle & Co", relays, journal: memoryJournal() });
 * seller.answer({ categories: ["shopify/bt"] }, (intent) => myOffer(intent));
 */
export async function openSeller(options: SellerOptions): Promise<Seller> {
  const ledger = await Ledger.open(options.journal);
  return new OpenSeller(options, ledger);
}

const systemClock: Clock = () => Math.floor(Date.now() / 1000);
const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
const systemTimers: Timers = (afterMs, action) => {
  const timer = setTimeout(action, afterMs);
  return () => clearTimeout(timer);
};

/** Intents in the handler's hands at a time. */
const mostAtOnce = 16;

type Claim = { readonly filter: Filter; readonly hooks: Hooks };

class OpenSeller implements Seller {
  readonly did: string;
  readonly #options: SellerOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Log;
  readonly #signer: Signer;
  readonly #pool: RelayPool;
  readonly #ledger: Ledger;
  readonly #outbox: Outbox;
  readonly #voice: Voice;
  readonly #mailroom: Mailroom;
  readonly #inTurn: InTurn = inTurn();
  readonly #threadByMailbox = new Map<string, string>();
  readonly #claims: Claim[] = [];
  readonly #subscriptions = new Set<Subscription>();
  readonly #working = new Set<Promise<void>>();
  #closes: Closes | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SellerOptions, ledger: Ledger) {
    const { seed, clock = systemClock, random = systemRandom, equation, socket, log = noLog } = options;
    const { timers = systemTimers, relays } = options;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
    const signer = sellerSigner(seed);
    this.#signer = signer;
    this.did = didKey(signer.publicKey);
    this.#ledger = ledger;
    const pool = connectRelays({
      relays,
      clock,
      random,
      timers,
      ...(equation && { equation }),
      ...(socket && { socket }),
    });
    this.#pool = pool;
    this.#outbox = new Outbox({
      pool,
      relays,
      clock,
      timers,
      sent: async ({ sealed }) => {
        await ledger.record({ type: "sent", id: sealed.id }, `sent/${toHex(sealed.id)}`);
        log("info", "sent", { message: shortHex(sealed.id) });
      },
      failed: ({ sealed }, error) => this.#logError("not-sent", error, { message: shortHex(sealed.id) }),
    });
    this.#voice = new Voice({ signer, clock, random, ledger, outbox: this.#outbox });
    this.#mailroom = new Mailroom(pool, {
      mail: (sealed, mailbox) => this.#work(this.#hear(sealed, mailbox)),
      failed: (error) => this.#logError("mail-unread", error),
    });
    for (const thread of ledger.threads) {
      for (const post of thread.unsent.values()) this.#outbox.send(post);
      if (isLive(thread, clock())) this.#listen(thread.deal.intent.id);
    }
  }

  async publishProfile(profile: ProfileDetails = {}): Promise<Published> {
    this.#assertOpen();
    const issued = this.#clock();
    const { name, relays } = this.#options;
    const head = { nonce: this.#random(16), issued, expires: issued + keepSeconds };
    const body = { ...profile, ...head, name, relays: [...relays] };
    return this.#pool.publish(unwrap(writeMessage("profile", body, this.#signer)).bytes);
  }

  answer(filter: Filter, handler: Handler, hooks: Hooks = {}): Answering {
    this.#assertOpen();
    const claim: Claim = { filter: { ...filter, kinds: ["intent"] }, hooks };
    const subscription = this.#pool.subscribe(claim.filter, { from: "start" });
    this.#subscriptions.add(subscription);
    this.#claims.push(claim);
    const closes = this.#watchCloses();
    for (const { key, deal } of this.#ledger.threads) {
      if (matches(claim.filter, deal.intent)) void this.#work(this.#inTurn(key, () => this.#attend(key)));
    }
    void this.#work(this.#serve(subscription, closes, handler));
    return {
      caughtUp: subscription.caughtUp,
      closed: subscription.closed,
      [Symbol.asyncDispose]: async () => {
        this.#subscriptions.delete(subscription);
        await subscription[Symbol.asyncDispose]();
      },
    };
  }

  answerFromCatalogue(catalogue: Catalogue, options: StorefrontOptions = {}): Answering {
    const { filter, handler, hooks } = storefront(catalogue, options, {
      clock: this.#clock,
      threads: () => this.#ledger.threads,
      log: this.#log,
    });
    return this.answer(filter, handler, hooks);
  }

  deals(): readonly Deal[] {
    return this.#ledger.threads.map(({ deal }) => deal);
  }

  note(deal: Deal, text: string): Promise<Deal> {
    return this.#say(deal, (now) => {
      const { id } = now.messages.at(-1) ?? now.intent;
      return this.#speak(now, "note", { text, prev: id }, undefined);
    });
  }

  update(deal: Deal, update: UpdateDetails): Promise<Deal> {
    return this.#say(deal, (now) =>
      this.#speak(now, "update", { ...update, prev: orderOf(now).id }, undefined),
    );
  }

  receipt(deal: Deal, details: ReceiptDetails = {}): Promise<Deal> {
    return this.#say(deal, (now) => this.#giveReceipt(now, details));
  }

  decline(deal: Deal, refusal: Refusal): Promise<Deal> {
    return this.#say(deal, (now) => this.#refuse(now, refusal));
  }

  status(): readonly RelayStatus[] {
    return this.#pool.status();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Takes nothing new, finishes what it has in hand, and leaves what is unsent in the journal. */
  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((one) => one[Symbol.asyncDispose]()));
    await this.#closes?.close();
    await this.#mailroom.close();
    await Promise.all(this.#working);
    await this.#outbox.close();
    await this.#pool[Symbol.asyncDispose]();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error("the seller is closed");
  }

  /** Makes closing wait for a piece of work. */
  #track<T>(piece: Promise<T>): Promise<T> {
    const settled: Promise<void> = piece
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#working.delete(settled));
    this.#working.add(settled);
    return piece;
  }

  /** Work that nobody waits for: a failure of it is logged and goes no further. */
  #work(piece: Promise<void>): Promise<void> {
    return this.#track(piece.catch((error: unknown) => this.#logError("failed", error)));
  }

  #logError(event: string, error: unknown, facts: Record<string, string> = {}): void {
    const code = error instanceof IntentcastError ? { code: error.code } : {};
    const detail = error instanceof Error ? error.message : String(error);
    this.#log("error", event, { ...facts, ...code, detail });
  }

  // Intents

  #watchCloses(): Closes {
    if (this.#closes === undefined) {
      this.#closes = new Closes(this.#pool, this.#clock);
      void this.#work(this.#closes.read());
    }
    return this.#closes;
  }

  async #serve(subscription: Subscription, closes: Closes, handler: Handler): Promise<void> {
    const { start, done } = atOnce(mostAtOnce);
    await closes.known;
    for await (const { message } of subscription) {
      if (message.kind !== "intent") continue;
      await start(() =>
        this.#consider(message, closes, handler).catch((error: unknown) =>
          this.#logError("not-answered", error, { thread: shortHex(message.id) }),
        ),
      );
    }
    await done();
  }

  async #consider(intent: Signed<"intent">, closes: Closes, handler: Handler): Promise<void> {
    const key = toHex(intent.id);
    const isOver = (): boolean => this.#clock() >= intent.body.expires || closes.has(intent);
    if (this.#ledger.thread(key) !== undefined || isOver()) return;
    const draft = await handler(intent);
    if (draft === undefined || isOver()) return;
    // Listening begins before the offer goes out, so that no award can come before it.
    this.#listen(intent.id);
    await this.#inTurn(key, async () => {
      await this.#offer(openDeal(intent), draft, answerKeys.intent);
    });
  }

  // Mail

  #listen(thread: Uint8Array): void {
    const mailbox = threadMailbox(this.#options.seed, thread);
    this.#threadByMailbox.set(toHex(mailbox.signer.publicKey), toHex(thread));
    this.#mailroom.listen(mailbox);
  }

  async #hear(sealed: Sealed, mailbox: MailboxKeys): Promise<void> {
    const key = this.#threadByMailbox.get(toHex(sealed.to));
    if (key === undefined) return;
    await this.#inTurn(key, async () => {
      const opened = await openSealed(sealed, mailbox, this.#options.equation);
      if (opened.ok) return this.#take(key, opened.value);
      this.#log("warn", "mail-refused", { thread: key.slice(0, 8), code: opened.error.code });
    });
  }

  async #take(key: string, message: Private): Promise<void> {
    const deal = this.#ledger.thread(key)?.deal;
    if (deal === undefined || findMessage(deal, message.id) !== undefined) return;
    const at = this.#clock();
    const facts = { thread: key.slice(0, 8), kind: message.kind };
    const next = advance(deal, message, at);
    if (!next.ok) {
      this.#log("warn", "message-refused", { ...facts, code: next.error.code });
      // A buyer whose award comes too late is told, instead of waiting for an order.
      if (message.kind === "award" && tooLate.has(next.error.code)) {
        await this.#refuse(deal, { decline: "expired" });
      }
      return;
    }
    const recorded = await this.#ledger.record({ type: "heard", message, at }, `heard/${toHex(message.id)}`);
    if (!recorded.ok) return;
    this.#log("info", "heard", facts);
    this.#tell(key, message);
    await this.#attend(key);
  }

  #tell(key: string, message: Private): void {
    const deal = this.#ledger.thread(key)?.deal;
    try {
      if (deal !== undefined) this.#hooksFor(deal)?.onMessage?.(deal, message);
    } catch (error) {
      this.#logError("hook-failed", error, { thread: key.slice(0, 8) });
    }
  }

  #hooksFor({ intent }: Deal): Hooks | undefined {
    return this.#claims.find(({ filter }) => matches(filter, intent))?.hooks;
  }

  /** Does what is ours to do in a thread, by what its deal has come to. Doing it again does nothing. */
  async #attend(key: string): Promise<void> {
    try {
      for (let spoke = true; spoke; ) {
        const deal = this.#ledger.thread(key)?.deal;
        spoke = deal !== undefined && (await this.#step(deal, this.#hooksFor(deal)));
      }
    } catch (error) {
      this.#logError("hook-failed", error, { thread: key.slice(0, 8) });
    }
  }

  /** Whether something was said, so that there may be more to do. */
  async #step(deal: Deal, hooks: Hooks | undefined): Promise<boolean> {
    if (hooks === undefined) return false;
    switch (deal.phase) {
      case "awarded": {
        const answer = (await hooks.onAward?.(deal)) ?? {};
        return "decline" in answer ? this.#refuse(deal, answer) : this.#confirm(deal, answer);
      }
      case "countered": {
        const answer = await hooks.onCounter?.(deal);
        if (answer === undefined) return false;
        return "decline" in answer
          ? this.#refuse(deal, answer)
          : this.#offer(deal, answer, answerKeys.counter);
      }
      case "ordered": {
        const details = await hooks.onOrdered?.(deal);
        return details !== undefined && this.#giveReceipt(deal, details);
      }
      default:
        return false;
    }
  }

  // Speaking

  /** Says something at the caller's wish, in the thread's turn. */
  async #say({ intent }: Deal, speak: (deal: Deal) => Promise<boolean>): Promise<Deal> {
    this.#assertOpen();
    const key = toHex(intent.id);
    const present = (): Deal => {
      const deal = this.#ledger.thread(key)?.deal;
      if (deal !== undefined) return deal;
      throw new IntentcastError(reject("thread-mismatch", `no deal ${shortHex(intent.id)}`).error);
    };
    await this.#track(
      this.#inTurn(key, async () => {
        if (!(await speak(present()))) throw new IntentcastError(reject("journal-conflict").error);
      }),
    );
    return present();
  }

  #offer(deal: Deal, draft: OfferDraft, key: (deal: Deal) => string): Promise<boolean> {
    const { seed, name, domain, relays } = this.#options;
    const { signer, key: sealTo } = threadMailbox(seed, deal.intent.id);
    const reply = { mailbox: signer.publicKey, key: sealTo, relays: [...relays] };
    const offeror = { seller: name, ...(domain !== undefined && { domain }), reply };
    return this.#speak(deal, "offer", offerFields(deal, draft, offeror, this.#clock()), key(deal));
  }

  #confirm(deal: Deal, details: OrderDetails): Promise<boolean> {
    const number = toHex(this.#random(5)).toUpperCase();
    return this.#speak(deal, "order", orderFields(deal, details, number), answerKeys.award(deal));
  }

  #giveReceipt(deal: Deal, details: ReceiptDetails): Promise<boolean> {
    const fields = receiptFields(deal, details, this.#clock());
    return this.#speak(deal, "receipt", fields, answerKeys.receipt(deal));
  }

  #refuse(deal: Deal, refusal: Refusal): Promise<boolean> {
    return this.#speak(deal, "decline", declineFields(deal, refusal), refusalKey(deal));
  }

  async #speak<K extends SealedKind>(
    deal: Deal,
    kind: K,
    fields: Fields<K>,
    key: string | undefined,
  ): Promise<boolean> {
    const spoke = await this.#voice.speak(deal, kind, fields, key);
    if (spoke) this.#log("info", "said", { thread: shortHex(deal.intent.id), kind });
    return spoke;
  }
}

const tooLate: ReadonlySet<string> = new Set(["offer-expired", "award-late"]);
