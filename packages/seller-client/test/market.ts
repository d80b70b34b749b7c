/** A relay, a buyer that does as a test tells it, and what a seller needs: for tests of the seller. */
import { memoryJournal } from "@intentcast/journal";
import {
  advance,
  type Body,
  type Deal,
  equalBytes,
  hour,
  type IntentKeys,
  intentKeys,
  openDeal,
  openSealed,
  type Private,
  type SealedKind,
  type Signed,
  type Signer,
  sealMessage,
  toHex,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { type Relay, type RelayConfig, startRelay } from "@intentcast/relay";
import { connectRelays, type RelayPool } from "@intentcast/relay-client";
import type { Item, Log, SellerOptions } from "../src/index.ts";

export const now = () => Math.floor(Date.now() / 1000);
export const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
export const seed = (fill: number) => new Uint8Array(32).fill(fill);

export const stroller: Item = { sku: "twin", name: "Twin stroller", price: 24_900, available: 1 };

/** Waits for entries of a log. */
export class Record {
  readonly entries: { event: string; facts: Readonly<{ [name: string]: string | number }> }[] = [];
  #waiting: (() => void)[] = [];

  readonly log: Log = (_, event, facts) => {
    this.entries.push({ event, facts });
    for (const wake of this.#waiting.splice(0)) wake();
  };

  /** Resolves when there are `count` entries of an event, and of a kind of message where one is given. */
  async until(event: string, count = 1, kind?: string): Promise<void> {
    const isThere = () =>
      this.entries.filter((one) => one.event === event && (kind === undefined || one.facts["kind"] === kind))
        .length >= count;
    while (!isThere()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

export class Market implements AsyncDisposable {
  relay: Relay;
  readonly pool: RelayPool;
  readonly #disposables = new AsyncDisposableStack();
  #intents = 0;

  private constructor(relay: Relay) {
    this.relay = relay;
    this.pool = connectRelays({ relays: [relay.url] });
  }

  static async open(config: Pick<RelayConfig, "name" | "clock"> = {}): Promise<Market> {
    return new Market(await startRelay({ port: 0, ...config }));
  }

  /** The relay's memory is its store: it comes back at its address with another one. */
  async replaceRelay(): Promise<void> {
    await this.relay.stop();
    this.relay = await startRelay({ port: this.relay.port });
  }

  seller(options: Partial<SellerOptions> = {}): SellerOptions {
    return {
      seed: seed(7),
      name: "Cradle & Co",
      relays: [this.relay.url],
      journal: memoryJournal(),
      ...options,
    };
  }

  /** Casts an intent that names these relays as the ones where its buyer reads. */
  async cast(some: Partial<Body<"intent">> = {}, relays: string[] = [this.relay.url]): Promise<Buyer> {
    const keys = intentKeys(seed(9), this.#intents++);
    const { signer, key } = keys.mailbox;
    const want = [{ category: "uncategorized", name: "twin stroller", quantity: { value: 1, unit: "C62" } }];
    const reply = { mailbox: signer.publicKey, key, relays };
    const head = { nonce: random(16), issued: now(), expires: now() + hour };
    const intent = unwrap(writeMessage("intent", { ...head, want, reply, ...some }, keys.signer));
    await this.pool.publish(intent.bytes);
    const buyer = new Buyer(this.pool, keys, intent);
    this.#disposables.use(buyer);
    return buyer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disposables.disposeAsync();
    await this.pool[Symbol.asyncDispose]();
    await this.relay.stop();
  }
}

/** One intent and the conversation with the first seller that answers it. */
export class Buyer implements AsyncDisposable {
  readonly intent: Signed<"intent">;
  readonly received: Private[] = [];
  deal: Deal;
  readonly #pool: RelayPool;
  readonly #keys: IntentKeys;
  readonly mailbox: Signer;
  readonly #mail: ReturnType<RelayPool["subscribe"]>;
  #waiting: (() => void)[] = [];

  constructor(pool: RelayPool, keys: IntentKeys, intent: Signed<"intent">) {
    this.#pool = pool;
    this.#keys = keys;
    this.mailbox = keys.mailbox.signer;
    this.intent = intent;
    this.deal = openDeal(intent);
    this.#mail = pool.subscribe({}, { mailboxes: [keys.mailbox.signer] });
    void this.#read();
  }

  async #read(): Promise<void> {
    for await (const { message } of this.#mail) {
      if (message.kind !== "sealed") continue;
      const inner = unwrap(await openSealed(message, this.#keys.mailbox));
      this.received.push(inner);
      this.deal = unwrap(advance(this.deal, inner, now()));
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** The n-th message of a kind, when it has come. */
  async get<K extends SealedKind>(kind: K, n = 1): Promise<Extract<Private, { kind: K }>> {
    for (;;) {
      const some = this.received.filter((one) => one.kind === kind);
      if (some.length >= n) return some[n - 1] as Extract<Private, { kind: K }>;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Says something; to the first seller, in answer to that seller's latest offer or to `prev`. */
  async say<K extends SealedKind>(
    kind: K,
    fields: Omit<Body<K>, "nonce" | "issued" | "thread" | "prev" | "to">,
    prev?: Uint8Array,
  ): Promise<Private> {
    const { message, sealed } = await this.write(kind, fields, prev);
    await this.#pool.publish(sealed);
    return message;
  }

  /** What {@link Buyer.say} would say, to be posted later. */
  async write<K extends SealedKind>(
    kind: K,
    fields: Omit<Body<K>, "nonce" | "issued" | "thread" | "prev" | "to">,
    prev?: Uint8Array,
  ): Promise<{ message: Private; sealed: Uint8Array }> {
    const message = this.draft(kind, { ...fields, ...(prev && { prev }) } as Partial<Body<K>>);
    this.deal = unwrap(advance(this.deal, message, now()));
    return { message, sealed: await this.seal(message) };
  }

  /** The first seller's latest offer. */
  get offer(): Signed<"offer"> {
    if (this.deal.offer === undefined) throw new Error("there is no offer yet");
    return this.deal.offer;
  }

  /** A message to the first seller, in answer to its latest offer, unless the fields say otherwise. */
  draft<K extends SealedKind>(kind: K, fields: Partial<Body<K>>): Private {
    const { id, body: offer } = this.offer;
    const head = {
      nonce: random(16),
      issued: now(),
      thread: this.intent.id,
      prev: id,
      to: offer.reply.mailbox,
    };
    const body = { ...head, ...fields } as unknown as Body<K>;
    return unwrap(writeMessage(kind, body, this.#keys.signer)) as unknown as Private;
  }

  /** Whatever bytes, sealed to the first seller's mailbox. */
  async seal({ bytes }: Pick<Private, "bytes">): Promise<Uint8Array> {
    const { reply } = this.offer.body;
    const letter = { bytes, body: { to: reply.mailbox } } as unknown as Private;
    const issued = now();
    return (await sealMessage(letter, reply, { issued, expires: issued + hour }, random)).bytes;
  }

  async post(sealed: Uint8Array): Promise<void> {
    await this.#pool.publish(sealed);
  }

  async close(reason: "awarded" | "withdrawn"): Promise<void> {
    const head = { nonce: random(16), issued: now(), expires: now() + hour };
    const body = { ...head, thread: this.intent.id, reason };
    await this.#pool.publish(unwrap(writeMessage("close", body, this.#keys.signer)).bytes);
  }

  /** Kinds of the messages received, in order. */
  get kinds(): string[] {
    return this.received.map(({ kind }) => kind);
  }

  isAwardedTo(offer: Signed<"offer">): boolean {
    return this.deal.award !== undefined && equalBytes(this.deal.award.body.prev, offer.id);
  }

  get key(): string {
    return toHex(this.intent.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#mail[Symbol.asyncDispose]();
  }
}
