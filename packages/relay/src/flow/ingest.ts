/** The one way in: every message, wherever it comes from, passes these four stages and no other code. */
import {
  type Clock,
  type Limits,
  type Message,
  ok,
  type Reject,
  type Result,
  readMessage,
  type VerifyEquation,
} from "@intentcast/protocol";
import { admit } from "../core/admit.ts";
import type { Commit } from "./commit.ts";
import type { Delivery } from "./deliver.ts";

/** What a message came to: where it stands, and how many standing subscriptions it matched, unless it was here before. */
export type Ingested = {
  readonly id: Message["id"];
  readonly position: number;
  readonly outcome: { readonly matched: number } | { readonly duplicate: true };
};

/** Refuses with the code of the stage that the message did not pass. What it resolves with is durable. */
export type Ingest = (bytes: Uint8Array) => Promise<Result<Ingested, Reject>>;

export const createIngest =
  (
    commit: Commit,
    { deliver }: Delivery,
    policy: { readonly clock: Clock; readonly limits: Limits; readonly equation: VerifyEquation },
  ): Ingest =>
  async (bytes) => {
    const message = readMessage(bytes, policy.equation);
    if (!message.ok) return message;
    const admitted = admit(message.value, policy.clock(), policy.limits);
    if (!admitted.ok) return admitted;
    const stored = await commit(admitted.value);
    if (!stored.ok) return stored;
    const { duplicate, position } = stored.value;
    const outcome = duplicate ? { duplicate } : { matched: deliver(stored.value) };
    return ok({ id: message.value.id, position, outcome });
  };
