/** A seller on the network: answers intents, keeps every promise in its journal, and carries deals to their receipts. */
import type { Journal } from "@intentcast/journal";
import {
  type Body,
  type Clock,
  type Deal,
  didKey,
  type Filter,
  IntentcastError,
  openDeal,
  type Random,
  reject,
  type Signed,
  type Signer,
  sellerSigner,
  shortHex,
  toHex,
  unwrap,
  type VerifyEquation,
  writeMessage,
} from "@intentcast/protocol";
import {
  ClockWatch,
  connectRelays,
  type Introduction,
  type OpenSocket,
  type Published,
  type RelayPool,
  type RelayStatus,
  Stores,
  type Timers,
  withheldReporter,
} from "@intentcast/relay-client";
import type {
  Answering,
  Handler,
  Hooks,
  ReceiptDetails,
  Refusal,
  Storefront,
  UpdateDetails,
} from "./answering.ts";
import { Background } from "./background.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import { Closes } from "./intents/closes.ts";
import { Intents } from "./intents/intents.ts";
import { type Log, noLog } from "./log.ts";
import type { OfferDraft } from "./offer-draft.ts";
import { OwnProfile } from "./own-profile.ts";
import { Shop, type StorefrontOptions } from "./shop/shop.ts";
import { systemClock, systemRandom, systemTimers } from "./system.ts";
import { Attending } from "./thread/attending.ts";
import { Hearing } from "./thread/hearing.ts";
import { type InTurn, inTurn } from "./thread/in-turn.ts";
import { isLive, keepSeconds, Ledger } from "./thread/ledger.ts";
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

type ProfileDetails = Omit<Body<"profile">, "nonce" | "issued" | "expires" | "name" | "relays">;

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
  answerFromCatalogue(catalogue: Catalogue, options?: StorefrontOptions): Storefront;
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
  /** Resolves when a relay has stored all that has been said so far, or it will never be said any more. */
  settled(): Promise<void>;
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

/**
 * The parts and how they hang together. Intents become offers (intents/); mail advances deals, and what is then ours to
 * do is decided and said (thread/: hearing, attending, voice). What is said goes through the ledger to the outbox.
 */
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
  readonly #attending: Attending;
  readonly #hearing: Hearing;
  readonly #background: Background;
  readonly #inTurn: InTurn = inTurn();
  readonly #answerings = new Set<Intents>();
  readonly #stores = new Stores();
  readonly #clockWatch = new ClockWatch();
  readonly #profile: OwnProfile;
  #closes: Closes | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SellerOptions, ledger: Ledger) {
    const { seed, name, domain, relays, equation, socket } = options;
    const { clock = systemClock, random = systemRandom, timers = systemTimers, log = noLog } = options;
    const signer = sellerSigner(seed);
    const pool = connectRelays({
      relays,
      clock,
      random,
      timers,
      opened: (introduction) => this.#met(introduction),
      withheld: withheldReporter((report) => log("warn", "relay-withholds", report)),
      ...(equation && { equation }),
      ...(socket && { socket }),
    });
    const background = new Background(log);
    const outbox = new Outbox({ pool, relays, stores: this.#stores, clock, timers, ledger, log });
    const voice = new Voice({ signer, seed, name, domain, relays, clock, random, ledger, outbox, log });
    const shared = { clock, timers, ledger, voice, inTurn: this.#inTurn, background, log };
    const attending = new Attending(shared);
    this.did = didKey(signer.publicKey);
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
    this.#signer = signer;
    this.#pool = pool;
    this.#ledger = ledger;
    this.#outbox = outbox;
    this.#voice = voice;
    this.#attending = attending;
    this.#hearing = new Hearing({ ...shared, pool, attending, seed, equation });
    this.#background = background;
    this.#profile = new OwnProfile({ pool, stores: this.#stores, log });
    this.#resume();
  }

  /** Sends what had not been sent, and hears the buyers who can still have something to say. */
  #resume(): void {
    for (const { post, isSent } of this.#ledger.posts.all()) if (!isSent) this.#outbox.send(post);
    for (const thread of this.#ledger.threads) {
      if (isLive(thread, this.#clock())) this.#hearing.listen(thread.deal.intent.id);
    }
  }

  /** A relay has said hello: what its store has lost is sent again, and a clock that is wrong is told of. */
  #met(introduction: Introduction): void {
    const news = this.#clockWatch.look(introduction);
    if (news !== undefined) this.#log("warn", "clock-differs", news);
    this.#stores.opened(introduction);
    this.#outbox.sendAgain();
    this.#profile.again();
  }

  async publishProfile(profile: ProfileDetails = {}): Promise<Published> {
    this.#assertOpen();
    const issued = this.#clock();
    const { name, relays } = this.#options;
    const head = { nonce: this.#random(16), issued, expires: issued + keepSeconds };
    const body = { ...profile, ...head, name, relays: [...relays] };
    return this.#profile.publish(unwrap(writeMessage("profile", body, this.#signer)));
  }

  answer(filter: Filter, handler: Handler, hooks: Hooks = {}): Answering {
    return this.#answer(filter, handler, hooks);
  }

  answerFromCatalogue(catalogue: Catalogue, options: StorefrontOptions = {}): Storefront {
    const shop = new Shop(catalogue, options, { clock: this.#clock, threads: this.#ledger, log: this.#log });
    const intents = this.#answer(shop.filter, shop.handler, shop.hooks);
    return {
      get caughtUp() {
        return intents.caughtUp;
      },
      closed: intents.closed,
      replace: (next) => {
        this.#assertOpen();
        if (intents.isOver) throw new Error("the storefront is closed");
        shop.replace(next);
        intents.readAgain();
      },
      [Symbol.asyncDispose]: () => intents[Symbol.asyncDispose](),
    };
  }

  #answer(some: Filter, handler: Handler, hooks: Hooks): Intents {
    this.#assertOpen();
    const filter: Filter = { ...some, kinds: ["intent"] };
    const intents = new Intents(filter, handler, {
      pool: this.#pool,
      closes: this.#watchCloses(),
      clock: this.#clock,
      background: this.#background,
      log: this.#log,
      isAnswered: (key) => this.#ledger.thread(key) !== undefined,
      offer: (intent, draft) => this.#offer(intent, draft),
    });
    this.#answerings.add(intents);
    void intents.closed.then(() => this.#answerings.delete(intents));
    this.#attending.claim(filter, hooks);
    return intents;
  }

  /** What buyers have closed is read once, for all who answer. */
  #watchCloses(): Closes {
    if (this.#closes === undefined) {
      this.#closes = new Closes(this.#pool, this.#clock);
      void this.#background.run(this.#closes.read());
    }
    return this.#closes;
  }

  #offer(intent: Signed<"intent">, draft: OfferDraft): Promise<void> {
    // Hearing begins before the offer goes out, so that no award can come before it.
    this.#hearing.listen(intent.id);
    return this.#inTurn(toHex(intent.id), async () => {
      await this.#voice.offer(openDeal(intent), draft);
    });
  }

  deals(): readonly Deal[] {
    return this.#ledger.threads.map(({ deal }) => deal);
  }

  note(deal: Deal, text: string): Promise<Deal> {
    return this.#say(deal, (present) => this.#voice.note(present, text));
  }

  update(deal: Deal, update: UpdateDetails): Promise<Deal> {
    return this.#say(deal, (present) => this.#voice.update(present, update));
  }

  receipt(deal: Deal, details: ReceiptDetails = {}): Promise<Deal> {
    return this.#say(deal, (present) => this.#voice.receipt(present, details));
  }

  decline(deal: Deal, refusal: Refusal): Promise<Deal> {
    return this.#say(deal, (present) => this.#voice.decline(present, refusal));
  }

  /** Says something at the caller's wish, in the thread's turn, in the deal as it is by then. */
  async #say({ intent }: Deal, speak: (deal: Deal) => Promise<boolean>): Promise<Deal> {
    this.#assertOpen();
    const key = toHex(intent.id);
    const present = (): Deal => {
      const deal = this.#ledger.thread(key)?.deal;
      if (deal !== undefined) return deal;
      throw new IntentcastError(reject("thread-mismatch", `no deal ${shortHex(intent.id)}`).error);
    };
    await this.#background.track(
      this.#inTurn(key, async () => {
        if (!(await speak(present()))) throw new IntentcastError(reject("journal-conflict").error);
      }),
    );
    return present();
  }

  settled(): Promise<void> {
    return this.#outbox.settled();
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
    await Promise.all([...this.#answerings].map((one) => one[Symbol.asyncDispose]()));
    await this.#closes?.close();
    await this.#hearing.close();
    this.#attending.close();
    await this.#background.done();
    await this.#outbox.close();
    await this.#pool[Symbol.asyncDispose]();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error("the seller is closed");
  }
}
