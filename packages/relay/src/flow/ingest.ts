/** The one way in: every message, wherever it comes from, passes these stages and no other code. */
import {
  type Clock,
  decodeMessage,
  type Limits,
  type Message,
  ok,
  type Result,
  type Sha256,
  type UnixSeconds,
} from "@intentcast/protocol";
import { admit, timesOf } from "../core/admit.ts";
import type { Carriage } from "../core/carriage.ts";
import { isPeer, type Origin, type Quotas } from "../core/quotas.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Topic } from "../core/topic.ts";
import type { Store } from "../ports/store.ts";
import type { Verifier } from "../ports/verifier.ts";
import type { Commit, Stored } from "./commit.ts";
import type { Delivery } from "./deliver.ts";
import type { Entrance } from "./entrance.ts";
import type { Recall } from "./recall.ts";
import { lookUpReplayed } from "./replayed.ts";

/** What a message came to: where it stands, and how many standing subscriptions it matched, unless it was here before. */
export type Ingested = {
  readonly id: Message["id"];
  readonly position: number;
  readonly kind: Message["kind"];
  readonly topics: readonly Topic[];
  readonly expires: UnixSeconds;
  readonly outcome: { readonly matched: number } | { readonly duplicate: true };
};

/** Refuses with the code of the stage that the message did not pass. What it resolves with is durable. */
export type Ingest = (bytes: Uint8Array, from: Origin) => Promise<Result<Ingested, Refusal>>;

export type IngestPolicy = {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly verifier: Verifier;
  readonly sha256: Sha256;
  readonly carriage: Carriage;
  readonly entrance: Entrance;
  readonly quotas: Quotas;
  readonly recall: Recall;
  /** Told of each message that is new here, once it is durable. */
  readonly announce: (stored: Stored, from: Origin) => void;
};

export function createIngest(
  commit: Commit,
  store: Pick<Store, "has" | "get">,
  { deliver }: Delivery,
  { clock, limits, verifier, sha256, carriage, entrance, quotas, recall, announce }: IngestPolicy,
): Ingest {
  const replayed = lookUpReplayed(store, clock);

  async function take(bytes: Uint8Array, from: Origin): Promise<Result<Ingested, Refusal>> {
    const unverified = decodeMessage(bytes, sha256);
    if (!unverified.ok) return unverified;
    const { claim, id, conclude } = unverified.value;
    const known = claim !== undefined && isPeer(from) ? await replayed(id(), bytes) : undefined;
    if (known !== undefined) return ok(known);
    const message = conclude(await verifier.holds(claim));
    if (!message.ok) return message;
    const admitted = admit(message.value, clock(), limits, carriage);
    if (!admitted.ok) return admitted;
    const paid = quotas.message(message.value, clock());
    // What is here already costs its author nothing, and is not refused for want of it.
    if (!paid.ok && !(await store.has(id()))) return paid;
    const stored = await commit(admitted.value);
    if (!stored.ok) return stored;
    const { duplicate, position, topics } = stored.value;
    if (duplicate && paid.ok) quotas.forgive(message.value);
    const outcome = duplicate ? { duplicate } : { matched: deliver(stored.value) };
    if (!duplicate) announce(stored.value, from);
    const { kind } = message.value;
    return ok({ id: id(), position, kind, topics, expires: timesOf(message.value).expires, outcome });
  }

  return (bytes, from) => {
    const entered = entrance.publish(from, bytes.length);
    return entered.ok ? recall(bytes, () => take(bytes, from)) : Promise.resolve(entered);
  };
}
