/** From a message to bytes. A body is validated before it is signed, so whatever we write, everyone can read. */
import { equalBytes } from "../bytes.ts";
import { encodeValue } from "../cbor/codec.ts";
import { readItem } from "../cbor/read-item.ts";
import { encrypt0Id, writeEncrypt0 } from "../cose/encrypt0.ts";
import { writeSign1 } from "../cose/sign1.ts";
import type { IntentKeys } from "../keys/derive.ts";
import { maxBodyBytes } from "../limits.ts";
import type { Random, Signer } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import type { UnixSeconds } from "../time.ts";
import type { Body, Kind } from "./kinds.ts";
import type { Private, Sealed, Signed } from "./message.ts";
import { validateBody } from "./validate.ts";

/**
 * Signs a body, which brings its own nonce and time of issue. Refuses what every reader would refuse: a breach of its
 * kind's shape or rules (stage validate), or more than 16 KiB (`cbor-size`).
 */
export function writeMessage<K extends Kind>(
  kind: K,
  body: Body<K>,
  signer: Signer,
): Result<Signed<K>, Reject> {
  const valid = validateBody(kind, body);
  if (!valid.ok) return valid;
  const payload = encodeBody(valid.value);
  if (!payload.ok) return payload;
  const written = writeSign1(kind, payload.value, signer);
  // What was signed, whatever the caller does to the body that it gave.
  const signed = readItem(payload.value);
  return ok({ kind, author: signer.publicKey, body: signed, ...written } as Signed<K>);
}

/** The wire profile forbids some texts, keys and depths that a schema does not look for. */
function encodeBody(body: Body): Result<Uint8Array, Reject> {
  try {
    const payload = encodeValue(body);
    return payload.length > maxBodyBytes
      ? reject("cbor-size", `a body of ${payload.length} bytes`)
      : ok(payload);
  } catch (error) {
    if (error instanceof TypeError) return reject("body-shape", error.message);
    throw error;
  }
}

/** Where a sealed message goes: a mailbox (an Ed25519 key) and the X25519 key that is sealed to; as in a `reply`. */
export type SealedTo = { readonly mailbox: Uint8Array; readonly key: Uint8Array };

/** From when until when relays keep a sealed message; everyone sees both. */
export type Lifetime = { readonly issued: UnixSeconds; readonly expires: UnixSeconds };

/**
 * Seals a signed message to one mailbox. `random` is asked for 32 bytes, which must never be used again. Throws
 * TypeError where the message names another mailbox, or the lifetime is not positive: its reader would refuse it.
 */
export async function sealMessage(
  message: Private,
  to: SealedTo,
  lifetime: Lifetime,
  random: Random,
): Promise<Sealed> {
  if (!equalBytes(message.body.to, to.mailbox)) throw new TypeError("the message names another mailbox");
  return seal(message, to, lifetime, random);
}

/**
 * Seals a copy of what a buyer has said to the mailbox of the intent that it belongs to: the intent itself, or a message
 * of its thread. With the seed alone `openCopy` finds it again (spec/04 §4, copies). Randomness and the lifetime are as
 * for {@link sealMessage}. Throws TypeError unless the message is signed with the intent's key.
 */
export async function sealCopy(
  message: Signed,
  { signer, mailbox }: IntentKeys,
  lifetime: Lifetime,
  random: Random,
): Promise<Sealed> {
  if (!equalBytes(message.author, signer.publicKey)) throw new TypeError("the message is by another author");
  return seal(message, { mailbox: mailbox.signer.publicKey, key: mailbox.key }, lifetime, random);
}

async function seal(
  message: Signed,
  to: SealedTo,
  { issued, expires }: Lifetime,
  random: Random,
): Promise<Sealed> {
  if (expires <= issued) throw new TypeError("a sealed message expires after it is issued");
  const header = { to: to.mailbox, issued, expires };
  const bytes = await writeEncrypt0(header, message.bytes, to.key, random);
  return { kind: "sealed", id: encrypt0Id(bytes), ...header, bytes };
}
