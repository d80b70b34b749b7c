/** Remembers messages by all their bytes, so that one is read and verified once, however often and whence it comes. */
import { type Clock, ok, type Result, type Stage } from "@intentcast/protocol";
import type { Refusal } from "../core/refusal.ts";
import type { Ingested } from "./ingest.ts";

type Outcome = Result<Ingested, Refusal>;

/** What is known of these bytes, or else what `take` makes of them. */
export type Recall = (bytes: Uint8Array, take: () => Promise<Outcome>) => Promise<Outcome>;

/** Names bytes by a hash of all of them. */
export type Digest = (bytes: Uint8Array) => string;

/** Entries of each of the two memories, some 300 bytes each. */
const capacity = 32_768;

/** Refusals that stand for ever. By id they would not: a forgery has the id of what it forges. */
const final: ReadonlySet<Stage> = new Set(["decode", "verify", "validate"]);

const asDuplicate = (ingested: Ingested): Ingested => ({ ...ingested, outcome: { duplicate: true } });

function remember<V>(memory: Map<string, V>, key: string, value: V): void {
  memory.set(key, value);
  if (memory.size <= capacity) return;
  for (const oldest of memory.keys()) {
    memory.delete(oldest);
    return;
  }
}

/**
 * Bytes that are under way come to what they come to; bytes that were refused for good are refused again; bytes that were
 * accepted are a duplicate until they expire.
 */
export function createRecall(digest: Digest, clock: Clock): Recall {
  const underWay = new Map<string, Promise<Outcome>>();
  const refused = new Map<string, Outcome>();
  const accepted = new Map<string, Ingested>();

  /** A profile can be superseded at any time, and is then refused: it is not remembered. */
  function note(key: string, outcome: Outcome): void {
    if (!outcome.ok && final.has(outcome.error.stage)) remember(refused, key, outcome);
    if (outcome.ok && outcome.value.kind !== "profile") remember(accepted, key, asDuplicate(outcome.value));
  }

  async function begin(key: string, take: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = await take();
    note(key, outcome);
    return outcome;
  }

  return async (bytes, take) => {
    const key = digest(bytes);
    const known = accepted.get(key);
    if (known !== undefined && known.expires > clock()) return ok(known);
    const refusal = refused.get(key);
    if (refusal !== undefined) return refusal;
    const first = underWay.get(key);
    if (first !== undefined) {
      const outcome = await first;
      return outcome.ok ? ok(asDuplicate(outcome.value)) : outcome;
    }
    const taking = begin(key, take).finally(() => underWay.delete(key));
    underWay.set(key, taking);
    return taking;
  };
}

/** For a relay on its own, to which the same message seldom comes twice. */
export const noRecall: Recall = (_bytes, take) => take();
