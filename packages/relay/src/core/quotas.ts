/** Who may ask how much: by connection and network address for the asking, by author and mailbox for what is stored. */
import { type Message, ok, type Result, reject, type UnixSeconds } from "@intentcast/protocol";
import { keyText } from "./key-text.ts";
import { Buckets, type Quota } from "./quota.ts";
import { type Refusal, retryIn } from "./refusal.ts";

/**
 * `connection` and `address` are charged for every publish and authenticate of a client, and `peer` for every message
 * that another relay brings, whatever becomes of it: they pay for the looking. `author` (of an open message) and `mailbox` (of a sealed one) are charged for what is new and valid, so that
 * nobody can use up another's quota with forgeries, and a message sent again costs nothing.
 */
export const quotaScopes = ["connection", "address", "peer", "author", "mailbox"] as const;
export type QuotaScope = (typeof quotaScopes)[number];
export type QuotaConfig = Readonly<Record<QuotaScope, Quota | "off">>;

export const defaultQuotas: QuotaConfig = {
  connection: { perSecond: 500, burst: 5000 },
  address: { perSecond: 1000, burst: 10_000 },
  peer: { perSecond: 5000, burst: 100_000 },
  author: { perSecond: 20, burst: 2000 },
  mailbox: { perSecond: 50, burst: 2000 },
};

export const noQuotas: QuotaConfig = {
  connection: "off",
  address: "off",
  peer: "off",
  author: "off",
  mailbox: "off",
};

/** Buckets kept at once in each scope, some 250 bytes each. */
const capacity = 100_000;

/** Where a message comes from: a client's connection, without an address when it is on this machine, or another relay. */
export type Origin =
  | { readonly connection: string; readonly address: string | undefined }
  | { readonly peer: string };

export const isPeer = (origin: Origin): origin is Extract<Origin, { peer: string }> => "peer" in origin;

/** Counts what each scope has refused, for the operator. */
export type Limited = Readonly<Record<QuotaScope, number>>;

export class Quotas {
  readonly #buckets: Readonly<Record<QuotaScope, Buckets | undefined>>;
  readonly #limited = { connection: 0, address: 0, peer: 0, author: 0, mailbox: 0 };
  #connections = 0;

  constructor(config: QuotaConfig) {
    const bucketsOf = (scope: QuotaScope) => {
      const quota = config[scope];
      return quota === "off" ? undefined : new Buckets(quota, capacity);
    };
    this.#buckets = {
      connection: bucketsOf("connection"),
      address: bucketsOf("address"),
      peer: bucketsOf("peer"),
      author: bucketsOf("author"),
      mailbox: bucketsOf("mailbox"),
    };
  }

  get limited(): Limited {
    return this.#limited;
  }

  origin(address: string | undefined): Origin {
    this.#connections += 1;
    return { connection: `${this.#connections}`, address };
  }

  /** Charges the asking for a request of so many bytes. Code: `rate-limited`. */
  request(from: Origin, bytes: number, now: UnixSeconds): Result<undefined, Refusal> {
    if (isPeer(from)) return this.#take("peer", from.peer, bytes, now);
    const { connection, address } = from;
    const first = this.#take("connection", connection, bytes, now);
    if (!first.ok || address === undefined) return first;
    const second = this.#take("address", address, bytes, now);
    if (!second.ok) this.#buckets.connection?.giveBack(connection, bytes);
    return second;
  }

  /** Charges the storing of a valid message. Code: `rate-limited`. */
  message(message: Message, now: UnixSeconds): Result<undefined, Refusal> {
    const { scope, whose } = payerOf(message);
    return this.#take(scope, whose, message.bytes.length, now);
  }

  /** The message was here before: it costs nothing. */
  forgive(message: Message): void {
    const { scope, whose } = payerOf(message);
    this.#buckets[scope]?.giveBack(whose, message.bytes.length);
  }

  #take(scope: QuotaScope, whose: string, bytes: number, now: UnixSeconds): Result<undefined, Refusal> {
    const seconds = this.#buckets[scope]?.take(whose, bytes, now) ?? 0;
    if (seconds === 0) return ok(undefined);
    this.#limited[scope] += 1;
    return retryIn(seconds, reject("rate-limited", `the quota of this ${scope} is used up`));
  }
}

const payerOf = (message: Message): { scope: "author" | "mailbox"; whose: string } =>
  message.kind === "sealed"
    ? { scope: "mailbox", whose: keyText(message.to) }
    : { scope: "author", whose: keyText(message.author) };
