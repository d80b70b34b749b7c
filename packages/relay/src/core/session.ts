/** One connection's side of the conversation: who it has proved to be, and what it is subscribed to. */
import {
  challengeBytes,
  countTerms,
  type Filter,
  type Limits,
  ok,
  type Reject,
  type Result,
  reject,
  toHex,
  type VerifyEquation,
  verifySignature,
} from "@intentcast/protocol";
import { Subscription } from "./subscription.ts";

/** What a client asks for with a filter, as in the frame. */
export type SubscribeOptions = { readonly after?: number; readonly live: boolean; readonly credit: number };

export class Session<To> {
  readonly #identity: { readonly name: string; readonly challenge: Uint8Array };
  readonly #limits: Limits;
  readonly #equation: VerifyEquation;
  readonly #mailboxes = new Set<string>();
  readonly #subscriptions = new Map<number, Subscription<To>>();

  constructor(
    identity: { readonly name: string; readonly challenge: Uint8Array },
    limits: Limits,
    equation: VerifyEquation,
  ) {
    this.#identity = identity;
    this.#limits = limits;
    this.#equation = equation;
  }

  get subscriptions(): readonly Subscription<To>[] {
    return [...this.#subscriptions.values()];
  }

  /** Codes: `too-many-mailboxes`, `authentication-failed`. */
  authenticate(mailbox: Uint8Array, signature: Uint8Array): Result<undefined, Reject> {
    const name = toHex(mailbox);
    if (this.#mailboxes.has(name)) return ok(undefined);
    if (this.#mailboxes.size >= this.#limits.mailboxes) return reject("too-many-mailboxes");
    const signed = challengeBytes(this.#identity, mailbox);
    const verdict = verifySignature(signature, signed, mailbox, this.#equation);
    if (!verdict.ok) return reject("authentication-failed", verdict.error.code);
    this.#mailboxes.add(name);
    return ok(undefined);
  }

  /**
   * Opens a subscription; `head` is the last position delivered, where one without `after` begins. Codes:
   * `subscription-taken`, `too-many-subscriptions`, `filter-too-large`, `mailbox-not-authenticated`,
   * `position-unknown`.
   */
  subscribe(
    number: number,
    filter: Filter,
    { after, live, credit }: SubscribeOptions,
    head: number,
    to: To,
  ): Result<Subscription<To>, Reject> {
    const stranger = filter.mailboxes?.find((mailbox) => !this.#mailboxes.has(toHex(mailbox)));
    if (this.#subscriptions.has(number)) return reject("subscription-taken", `${number}`);
    if (this.#subscriptions.size >= this.#limits.subscriptions) return reject("too-many-subscriptions");
    if (countTerms(filter) > this.#limits.filterTerms) return reject("filter-too-large");
    if (stranger !== undefined) return reject("mailbox-not-authenticated", toHex(stranger));
    if (after !== undefined && after > head) return reject("position-unknown", `stored up to ${head}`);
    const subscription = new Subscription(filter, to, {
      number,
      until: live ? "standing" : head,
      credit: Math.min(credit, this.#limits.credit),
      position: after ?? head,
    });
    this.#subscriptions.set(number, subscription);
    return ok(subscription);
  }

  /** Code: `subscription-unknown`. */
  find(number: number): Result<Subscription<To>, Reject> {
    const subscription = this.#subscriptions.get(number);
    return subscription === undefined ? reject("subscription-unknown", `${number}`) : ok(subscription);
  }

  /** Adds to a subscription's credit, up to the limit. Code: `subscription-unknown`. */
  grant(number: number, credit: number): Result<Subscription<To>, Reject> {
    const found = this.find(number);
    if (found.ok) found.value.credit = Math.min(found.value.credit + credit, this.#limits.credit);
    return found;
  }

  /** Forgets a subscription: its number is free again. Code: `subscription-unknown`. */
  end(number: number): Result<Subscription<To>, Reject> {
    const found = this.find(number);
    if (!found.ok) return found;
    this.#subscriptions.delete(number);
    found.value.mode = "over";
    return found;
  }
}
