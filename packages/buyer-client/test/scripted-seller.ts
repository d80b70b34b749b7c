/** A seller that does what a test says, built from the protocol alone. */
import {
  type Body,
  type Clock,
  type MailboxKeys,
  openSealed,
  type Private,
  type Sealed,
  type Signed,
  type Signer,
  sealMessage,
  sellerSigner,
  threadMailbox,
  toHex,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { connectRelays, type OpenSocket, type RelayPool, type Subscription } from "@intentcast/relay-client";

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

type Said = Private & { readonly envelope: Sealed };

export class ScriptedSeller implements AsyncDisposable {
  readonly signer: Signer;
  readonly #seed: Uint8Array;
  readonly #clock: Clock;
  readonly #pool: RelayPool;
  readonly #relay: string;
  readonly #intents: AsyncIterator<{ message: unknown }>;
  readonly #mail = new Map<string, Subscription>();

  constructor(relay: string, seed: number, clock: Clock, socket?: OpenSocket) {
    this.#seed = new Uint8Array(32).fill(seed);
    this.signer = sellerSigner(this.#seed);
    this.#clock = clock;
    this.#relay = relay;
    this.#pool = connectRelays({ relays: [relay], clock, ...(socket && { socket }) });
    this.#intents = this.#pool.subscribe({ kinds: ["intent"] })[Symbol.asyncIterator]();
  }

  /** The next intent that anybody has cast. */
  async hear(): Promise<Signed<"intent">> {
    const { value } = await this.#intents.next();
    return value.message;
  }

  /** The close of this intent, when it comes. */
  async hearClose(intent: Signed<"intent">): Promise<Signed<"close">> {
    const closes = this.#pool.subscribe({ kinds: ["close"], authors: [intent.author] });
    for await (const { message } of closes) if (message.kind === "close") return message;
    throw new Error("no close came");
  }

  mailbox(intent: Signed<"intent">): MailboxKeys {
    return threadMailbox(this.#seed, intent.id);
  }

  /** The next message that the buyer of this intent has sealed to us; two calls give two messages. */
  async receive(intent: Signed<"intent">): Promise<Said> {
    const mailbox = this.mailbox(intent);
    const thread = toHex(intent.id);
    const mail =
      this.#mail.get(thread) ?? this.#pool.subscribe({ kinds: ["sealed"] }, { mailboxes: [mailbox.signer] });
    this.#mail.set(thread, mail);
    for await (const { message } of mail) {
      if (message.kind === "sealed") {
        return { ...unwrap(await openSealed(message, mailbox)), envelope: message };
      }
    }
    throw new Error("no message came");
  }

  /** Everything that lies in our mailbox for this intent by now. */
  async received(intent: Signed<"intent">): Promise<readonly Sealed[]> {
    const { signer } = this.mailbox(intent);
    await using mail = this.#pool.subscribe({ kinds: ["sealed"] }, { mailboxes: [signer] });
    const found: Sealed[] = [];
    const letters = mail[Symbol.asyncIterator]();
    const caughtUp = mail.caughtUp.then(() => undefined);
    for (;;) {
      // What has come already is taken before the news that it was all.
      const next = await Promise.race([letters.next(), caughtUp]);
      if (next === undefined || next.done) return found;
      if (next.value.message.kind === "sealed") found.push(next.value.message);
    }
  }

  /** What every message to the buyer of this intent begins with. */
  head(intent: Signed<"intent">, prev: Uint8Array) {
    const issued = this.#clock();
    return { nonce: random(16), issued, thread: intent.id, prev, to: intent.body.reply.mailbox };
  }

  /** Offers the first wanted line at a total; `over` changes anything. */
  offer(
    intent: Signed<"intent">,
    total: number,
    over: Partial<Body<"offer">> = {},
  ): Promise<Signed<"offer">> {
    return this.send(intent, this.writeOffer(intent, total, over));
  }

  /** What {@link offer} would send. */
  writeOffer(
    intent: Signed<"intent">,
    total: number,
    { prev = intent.id, ...over }: Partial<Body<"offer">> = {},
  ): Signed<"offer"> {
    const mailbox = this.mailbox(intent);
    const [wanted] = intent.body.want;
    const quantity = wanted?.quantity ?? { value: 1, unit: "C62" };
    const body = {
      ...this.head(intent, prev),
      expires: this.#clock() + 3600,
      seller: "Cradle & Co",
      lines: [{ line: 0, name: wanted?.name ?? "thing", quantity, price: total }],
      currency: "USD",
      total,
      breakdown: { goods: total },
      ...(intent.body.terms && { terms: intent.body.terms.map(({ sha256 }) => sha256) }),
      reply: { mailbox: mailbox.signer.publicKey, key: mailbox.key, relays: [this.#relay] },
      ...over,
    };
    return unwrap(writeMessage("offer", body, this.signer));
  }

  order(intent: Signed<"intent">, award: Private, total: number): Promise<Signed<"order">> {
    const body = { ...this.head(intent, award.id), number: "C-1001", currency: "USD", total };
    return this.send(intent, unwrap(writeMessage("order", body, this.signer)));
  }

  decline(
    intent: Signed<"intent">,
    prev: Private,
    reason: Body<"decline">["reason"],
  ): Promise<Signed<"decline">> {
    return this.send(
      intent,
      unwrap(writeMessage("decline", { ...this.head(intent, prev.id), reason }, this.signer)),
    );
  }

  update(
    intent: Signed<"intent">,
    prev: Private,
    status: Body<"update">["status"],
  ): Promise<Signed<"update">> {
    return this.send(
      intent,
      unwrap(writeMessage("update", { ...this.head(intent, prev.id), status }, this.signer)),
    );
  }

  receipt(intent: Signed<"intent">, prev: Private, total: number): Promise<Signed<"receipt">> {
    const paid = { currency: "USD", total, at: this.#clock() };
    return this.send(
      intent,
      unwrap(writeMessage("receipt", { ...this.head(intent, prev.id), paid }, this.signer)),
    );
  }

  async send<M extends Private>(intent: Signed<"intent">, message: M): Promise<M> {
    const now = this.#clock();
    const lifetime = { issued: now, expires: now + 3600 };
    const sealed = await sealMessage(message, intent.body.reply, lifetime, random);
    await this.#pool.publish(sealed.bytes);
    return message;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}
