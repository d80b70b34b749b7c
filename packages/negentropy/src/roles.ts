/**
 * The two sides as the definition has them, for talking to any implementation of it: the initiator learns what each
 * side lacks, and the responder learns nothing. Relays of this project reconcile as equals instead (see `reconcile`), and both learn.
 */
import { portableSha256, type Sha256 } from "./fingerprint.ts";
import type { Snapshot } from "./item-set.ts";
import { ok, type Result } from "./refusal.ts";
import { leastFrameLimit, type TurnOptions } from "./reply.ts";
import { answerMessage, openingMessage } from "./turn.ts";
import { version } from "./wire/form.ts";
import { checkVersion } from "./wire/version.ts";

export type RoleOptions = {
  /** SHA-256; a portable one unless given. */
  readonly sha256?: Sha256;
  /** The most bytes of a message, at least 4096; no limit unless given. */
  readonly frameLimit?: number;
};

export type InitiatorTurn = {
  /** What to send next; nothing when all is known. */
  readonly message: Uint8Array | undefined;
  /** Ids that this side has and the other lacks. */
  readonly have: readonly Uint8Array[];
  /** Ids that the other side has and this one lacks. */
  readonly need: readonly Uint8Array[];
};

/** The initiator's first message. */
export const initiate = (items: Snapshot, options: RoleOptions = {}): Uint8Array =>
  openingMessage(items, turnOptions(options, "learn"));

/**
 * What the initiator makes of an answer. The snapshot is the same in every turn. Refuses a malformed message, and with
 * `version-unsupported` a responder that does not speak version 1.
 */
export function initiatorTurn(
  items: Snapshot,
  message: Uint8Array,
  options: RoleOptions = {},
): Result<InitiatorTurn> {
  const checked = checkVersion(message);
  if (!checked.ok) return checked;
  const turn = answerMessage(items, message, turnOptions(options, "learn"));
  if (!turn.ok) return turn;
  const { message: answer, isEmpty, have, need } = turn.value;
  return ok({ message: isEmpty ? undefined : answer, have, need });
}

/**
 * The responder's answer to any message of an initiator; to one of another version, the version that it speaks. The
 * snapshot is the same in every turn.
 */
export function responderTurn(
  items: Snapshot,
  message: Uint8Array,
  options: RoleOptions = {},
): Result<Uint8Array> {
  const checked = checkVersion(message);
  if (!checked.ok) {
    return checked.error.code === "version-unsupported" ? ok(Uint8Array.of(version)) : checked;
  }
  const turn = answerMessage(items, message, turnOptions(options, "answer"));
  return turn.ok ? ok(turn.value.message) : turn;
}

function turnOptions(
  { sha256 = portableSha256, frameLimit = Number.POSITIVE_INFINITY }: RoleOptions,
  idLists: TurnOptions["idLists"],
): TurnOptions {
  if (!(frameLimit >= leastFrameLimit)) throw new RangeError(`a frame limit is at least ${leastFrameLimit}`);
  return { sha256, frameLimit, idLists, mostListed: Number.POSITIVE_INFINITY };
}
