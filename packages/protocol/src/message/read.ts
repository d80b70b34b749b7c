/** From bytes to a message in three stages that answer alike everywhere: decode, verify, validate. */
import { equalBytes } from "../bytes.ts";
import { decodeChecked, type ProfileValue } from "../cbor/codec.ts";
import { checkProfile } from "../cbor/profile.ts";
import { type Claim, claimBreach, portableEquation, verifyClaim } from "../cose/ed25519.ts";
import { decryptEncrypt0, encrypt0Id, isEncrypt0, isPadded, readEncrypt0 } from "../cose/encrypt0.ts";
import type { SealingKeys } from "../cose/hpke.ts";
import { readSign1, sign1Claim, sign1Id, sign1Length } from "../cose/sign1.ts";
import { maxBodyBytes } from "../limits.ts";
import type { Sha256, Signer, VerifyEquation } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import { isOpen, type Kind } from "./kinds.ts";
import type { Id, Message, Private, Sealed, Signed } from "./message.ts";
import { lifetimeIsPositive } from "./rule.ts";
import { validateBody } from "./validate.ts";

/** What opens a sealed message: the mailbox that it is addressed to, and that mailbox's X25519 keys. */
export type Opener = SealingKeys & { readonly signer: Pick<Signer, "publicKey"> };

/**
 * Reads what a relay carries: a signed message of an open kind, or a sealed one. Any bytes may be given; a refusal
 * is of stage decode, verify or validate, and a sealed kind in the open is `sealed-only`.
 */
export function readMessage(
  bytes: Uint8Array,
  equation: VerifyEquation = portableEquation,
): Result<Message, Reject> {
  const unverified = decodeMessage(bytes);
  if (!unverified.ok) return unverified;
  const { claim, conclude } = unverified.value;
  return conclude(claim === undefined || equation(claim.signature, claim.signed, claim.publicKey));
}

/** A message of which all has been read but its signature's equation, for whoever has that decided elsewhere. */
export type Unverified = {
  /** What the equation has to decide; nothing where the message is sealed, and so carries no signature of its own. */
  readonly claim: Claim | undefined;
  /** The id, made when it is first asked for. It proves nothing yet: a forgery has the id of what it forges. */
  readonly id: () => Id;
  /** The rest of {@link readMessage}, once it is known whether the equation holds. */
  readonly conclude: (holds: boolean) => Result<Message, Reject>;
};

/**
 * The first part of {@link readMessage}: all up to the equation. What it refuses, the whole refuses alike. It looks at
 * everything and builds nothing, so that a message that waits for its verdict is little more than its bytes. Ids are made by
 * `sha256`, for whoever has a faster one than the portable.
 */
export function decodeMessage(bytes: Uint8Array, sha256?: Sha256): Result<Unverified, Reject> {
  if (isEncrypt0(bytes)) {
    const sealed = readSealed(bytes, sha256);
    return sealed.ok ? ok({ claim: undefined, id: () => sealed.value.id, conclude: () => sealed }) : sealed;
  }
  const checked = checkForm(bytes);
  if (!checked.ok) return checked;
  const { claim, kind } = checked.value;
  const breach = claimBreach(claim);
  if (breach !== undefined) return reject(breach);
  let made: Id | undefined;
  const id = (): Id => {
    made ??= sign1Id(claim, sha256);
    return made;
  };
  return ok({
    claim,
    id,
    conclude: (holds) => {
      if (!holds) return reject("signature-invalid");
      return isOpen(kind)
        ? validate(identify({ ...checked.value, kind }, id()))
        : reject("sealed-only", kind);
    },
  });
}

/**
 * Reads a message again that {@link readMessage} has accepted: its form is looked at and nothing else, which takes less than
 * half as long. Refusals are of stage decode: the bytes are no longer what they were.
 */
export function recallMessage(bytes: Uint8Array): Result<Message, Reject> {
  if (isEncrypt0(bytes)) return readSealed(bytes);
  const checked = checkForm(bytes);
  return checked.ok ? ok(identify(checked.value) as Signed as Message) : checked;
}

/** Reads a signed message of any kind, such as a bundle holds; refusals of the same three stages. */
export function readSigned(
  bytes: Uint8Array,
  equation: VerifyEquation = portableEquation,
): Result<Signed, Reject> {
  const verified = decodeAndVerify(bytes, equation);
  return verified.ok ? validate(verified.value) : verified;
}

/**
 * Opens a sealed message and reads the one inside. Refusals: `not-for-us`, `undecryptable`, `padding-form`,
 * `inner-kind`, `inner-mailbox`, and those of {@link readSigned} for what is inside.
 */
export async function openSealed(
  sealed: Sealed,
  mailbox: Opener,
  equation: VerifyEquation = portableEquation,
): Promise<Result<Private, Reject>> {
  const verified = await unseal(sealed, mailbox, equation);
  if (!verified.ok) return verified;
  const { kind } = verified.value;
  if (isOpen(kind)) return reject("inner-kind", kind);
  const inner = validate({ ...verified.value, kind });
  if (!inner.ok) return inner;
  return equalBytes(inner.value.body.to, sealed.to) ? inner : reject("inner-mailbox");
}

/**
 * Opens a copy that a buyer has kept of a message of their own, as `sealCopy` makes it: of any kind, signed with the
 * key of the intent whose mailbox it lies in. Nobody else can make one of what the buyer did not say. Refusals: those
 * of {@link openSealed} but `inner-kind`; here `inner-mailbox` says that the message inside is by another author.
 */
export async function openCopy(
  sealed: Sealed,
  keys: { readonly signer: Pick<Signer, "publicKey">; readonly mailbox: Opener },
  equation: VerifyEquation = portableEquation,
): Promise<Result<Signed, Reject>> {
  const verified = await unseal(sealed, keys.mailbox, equation);
  if (!verified.ok) return verified;
  const isOurs = equalBytes(verified.value.author, keys.signer.publicKey);
  return isOurs ? validate(verified.value) : reject("inner-mailbox", "by another author");
}

/** The signed message in a sealed one, whoever wrote it to whomever: its body is still to be looked at. */
async function unseal(
  sealed: Sealed,
  mailbox: Opener,
  equation: VerifyEquation,
): Promise<Result<Verified<Kind>, Reject>> {
  if (!equalBytes(sealed.to, mailbox.signer.publicKey)) return reject("not-for-us");
  const envelope = readEncrypt0(sealed.bytes);
  if (!envelope.ok) return envelope;
  const plaintext = await decryptEncrypt0(envelope.value, mailbox);
  if (!plaintext.ok) return plaintext;
  const length = sign1Length(plaintext.value);
  if (!length.ok) return length;
  if (!isPadded(plaintext.value, length.value)) return reject("padding-form");
  return decodeAndVerify(plaintext.value.slice(0, length.value), equation);
}

function readSealed(bytes: Uint8Array, sha256?: Sha256): Result<Sealed, Reject> {
  const envelope = readEncrypt0(bytes);
  if (!envelope.ok) return envelope;
  const { to, issued, expires } = envelope.value;
  const lifetime = lifetimeIsPositive({ issued, expires });
  return lifetime.ok
    ? ok({ kind: "sealed", id: encrypt0Id(bytes, sha256), to, issued, expires, bytes })
    : lifetime;
}

/** A signed message that has passed decode and verify, whose body can still be any map. */
type Verified<K extends Kind> = {
  readonly kind: K;
  readonly id: Id;
  readonly author: Uint8Array;
  readonly body: ProfileValue;
  readonly bytes: Uint8Array;
};

/** One that has passed decode alone: its body is still bytes, but bytes that have a value. */
type Formed<K extends Kind> = {
  readonly kind: K;
  readonly payload: Uint8Array;
  readonly bytes: Uint8Array;
  readonly claim: Claim;
};

function checkForm(bytes: Uint8Array): Result<Formed<Kind>, Reject> {
  const envelope = readSign1(bytes);
  if (!envelope.ok) return envelope;
  const { kind } = envelope.value;
  const claim = sign1Claim(envelope.value);
  // As it was signed: the input may change before the verdict is known.
  const payload = claim.signed.subarray(claim.signed.length - envelope.value.payload.length);
  const checked = checkProfile(payload, maxBodyBytes);
  if (!checked.ok) return checked;
  if (!isMap(payload)) return reject("body-not-map");
  return ok({ kind, payload, bytes, claim });
}

const identify = <K extends Kind>(
  { kind, payload, bytes, claim }: Formed<K>,
  id = sign1Id(claim),
): Verified<K> => ({
  kind,
  id,
  author: claim.publicKey,
  body: decodeChecked(payload),
  bytes,
});

function decodeAndVerify(bytes: Uint8Array, equation: VerifyEquation): Result<Verified<Kind>, Reject> {
  const checked = checkForm(bytes);
  if (!checked.ok) return checked;
  const verified = verifyClaim(checked.value.claim, equation);
  return verified.ok ? ok(identify(checked.value)) : verified;
}

function validate<K extends Kind>(verified: Verified<K>): Result<Signed<K>, Reject> {
  const body = validateBody(verified.kind, verified.body);
  return body.ok ? ok({ ...verified, body: body.value } as Signed<K>) : body;
}

/** Whether an encoded item is a map: major type 5 (RFC 8949 §3.1). */
const isMap = (item: Uint8Array): boolean => (item[0] as number) >> 5 === 5;
