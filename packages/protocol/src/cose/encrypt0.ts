/** Sealed messages: COSE_Encrypt0 with HPKE in one fixed form, and the padding inside (spec/04-envelopes §4). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, fromHex } from "../bytes.ts";
import { encodeValue } from "../cbor/codec.ts";
import { sealedPlaintextBytes } from "../limits.ts";
import type { Id } from "../message/message.ts";
import type { Random, Sha256 } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import type { UnixSeconds } from "../time.ts";
import { type Cursor, readInteger, readLength, reads, take } from "./form.ts";
import { decryptWith, type Encrypted, encryptTo, type SealingKeys, tagBytes } from "./hpke.ts";

/** What the protected header of a sealed message tells everyone: the mailbox, and two times. */
export type SealedHeader = {
  readonly to: Uint8Array;
  readonly issued: UnixSeconds;
  readonly expires: UnixSeconds;
};

/** A COSE_Encrypt0 of the right form. */
export type Encrypt0 = SealedHeader & Encrypted;

/** Tag 16, an array of three (RFC 9052 §5.2). */
const opening = fromHex("d083");

/** A map of four; 1 (alg) is 42, HPKE-4 (draft-ietf-cose-hpke); 4 (kid) is 32 bytes. */
const algorithmAndMailbox = fromHex("a401182a045820");

/** 15 (CWT claims, RFC 9597) is a map of two, of which 4 (exp) comes first. */
const claimsAndExpires = fromHex("0fa204");

/** 6 (iat). */
const issuedLabel = fromHex("06");

/** 16 (typ, RFC 9596). */
const type = concatBytes(fromHex("10"), encodeValue("application/intentcast.sealed+cbor"));

/** The unprotected header: −4 (ek) is 32 bytes. */
const encapsulatedKeyLabel = fromHex("a1235820");

/** The first bytes of an Enc_structure: an array of three, the context (RFC 9052 §5.3). */
const encContext = concatBytes(fromHex("83"), encodeValue("Encrypt0"));
const noExternalData = encodeValue(new Uint8Array(0));

const protectedHeader = ({ to, issued, expires }: SealedHeader): Uint8Array =>
  concatBytes(
    algorithmAndMailbox,
    to,
    claimsAndExpires,
    encodeValue(expires),
    issuedLabel,
    encodeValue(issued),
    type,
  );

const encStructure = (header: SealedHeader): Uint8Array =>
  concatBytes(encContext, encodeValue(protectedHeader(header)), noExternalData);

const paddedLength = (length: number): number | undefined =>
  sealedPlaintextBytes.find((size) => size >= length);

/** Pads a message with zeros to the next allowed size and encrypts it to a key, as {@link encryptTo} does. */
export async function writeEncrypt0(
  header: SealedHeader,
  message: Uint8Array,
  key: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const length = paddedLength(message.length);
  if (length === undefined) throw new RangeError(`${message.length} bytes are too many to seal`);
  const plaintext = new Uint8Array(length);
  plaintext.set(message);
  const encrypted = await encryptTo(key, encStructure(header), plaintext, random);
  return concatBytes(
    opening,
    encodeValue(protectedHeader(header)),
    encapsulatedKeyLabel,
    encrypted.encapsulatedKey,
    encodeValue(encrypted.ciphertext),
  );
}

/** Whether bytes begin as a sealed message does and a signed one does not. */
export const isEncrypt0 = (bytes: Uint8Array): boolean => bytes[0] === opening[0];

/** Reads a COSE_Encrypt0 that is all the bytes: `envelope-form` where it is none. */
export function readEncrypt0(bytes: Uint8Array): Result<Encrypt0, Reject> {
  const cursor: Cursor = { bytes, at: 0 };
  const protectedLength = reads(cursor, opening) ? readLength(cursor) : undefined;
  const headerAt = cursor.at;
  const to = reads(cursor, algorithmAndMailbox) ? take(cursor, 32) : undefined;
  const expires = reads(cursor, claimsAndExpires) ? readInteger(cursor) : undefined;
  const issued = reads(cursor, issuedLabel) ? readInteger(cursor) : undefined;
  if (to === undefined || expires === undefined || issued === undefined || !reads(cursor, type)) {
    return formReject("protected header");
  }
  if (cursor.at - headerAt !== protectedLength) return formReject("length of the protected header");
  const encapsulatedKey = reads(cursor, encapsulatedKeyLabel) ? take(cursor, 32) : undefined;
  if (encapsulatedKey === undefined) return formReject("encapsulated key");
  const length = readLength(cursor) ?? 0;
  if (paddedLength(length - tagBytes) !== length - tagBytes) return formReject("length of the ciphertext");
  const ciphertext = take(cursor, length);
  if (ciphertext === undefined || cursor.at !== bytes.length) return formReject("ciphertext");
  return ok({ to, issued, expires, encapsulatedKey, ciphertext });
}

const formReject = (where: string) => reject("envelope-form", `sealed: ${where}`);

/** Decrypts to the padded plaintext: `undecryptable` where the header or the keys are others than it was made with. */
export const decryptEncrypt0 = (envelope: Encrypt0, keys: SealingKeys): Promise<Result<Uint8Array, Reject>> =>
  decryptWith(keys, encStructure(envelope), envelope);

/** Whether a plaintext is its message and zeros up to the smallest allowed size. */
export const isPadded = (plaintext: Uint8Array, messageLength: number): boolean =>
  plaintext.length === paddedLength(messageLength) &&
  plaintext.subarray(messageLength).every((byte) => byte === 0);

/** SHA-256 of the whole envelope. */
export const encrypt0Id = (bytes: Uint8Array, hash: Sha256 = sha256): Id => hash(bytes);
