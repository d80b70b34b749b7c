/** Signed messages: COSE_Sign1 in one fixed form, read by comparison and never generally (spec/04-envelopes §2). */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { concatBytes, copyRange, fromHex } from "../bytes.ts";
import { byteStringLength, writeByteString } from "../cbor/byte-string.ts";
import { encodeValue } from "../cbor/codec.ts";
import { maxBodyBytes } from "../limits.ts";
import { isKind, type Kind } from "../message/kinds.ts";
import type { Id } from "../message/message.ts";
import type { Sha256, Signer } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import type { Claim } from "./ed25519.ts";
import { type Cursor, readLength, reads, stands, view } from "./form.ts";

/**
 * A COSE_Sign1 of the right form, of which neither signature nor payload has been looked at. Both still lie in the
 * input.
 */
export type Sign1 = {
  readonly kind: Kind;
  readonly author: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** What the signature is over and the id the hash of. */
  readonly sigStructure: Uint8Array;
};

/** Tag 18, an array of four (RFC 9052 §4.2). */
const opening = fromHex("d284");

/** A map of three; 1 (alg) is −19, Ed25519 (RFC 9864); 4 (kid) is 32 bytes. */
const algorithmAndKey = fromHex("a30132045820");

/** 16 (typ, RFC 9596). */
const type = fromHex("10");

/** The unprotected header: an empty map. */
const unprotected = fromHex("a0");

/** The first bytes of a Sig_structure: an array of four, the context (RFC 9052 §4.4). */
const sigContext = concatBytes(fromHex("84"), encodeValue("Signature1"));
const noExternalData = encodeValue(new Uint8Array(0));

const protectedHeader = (kind: string, author: Uint8Array): Uint8Array =>
  concatBytes(algorithmAndKey, author, type, encodeValue(`application/intentcast.${kind}+cbor`));

function sigStructureOf(header: Uint8Array, payload: Uint8Array): Uint8Array {
  const headerAt = sigContext.length;
  const externalAt = headerAt + byteStringLength(header.length);
  const payloadAt = externalAt + noExternalData.length;
  const structure = new Uint8Array(payloadAt + byteStringLength(payload.length));
  structure.set(sigContext);
  writeByteString(structure, headerAt, header);
  structure.set(noExternalData, externalAt);
  writeByteString(structure, payloadAt, payload);
  return structure;
}

/** Signs a payload that is a body already encoded. */
export function writeSign1(kind: Kind, payload: Uint8Array, signer: Signer): { id: Id; bytes: Uint8Array } {
  const header = protectedHeader(kind, signer.publicKey);
  const sigStructure = sigStructureOf(header, payload);
  const bytes = concatBytes(
    opening,
    encodeValue(header),
    unprotected,
    encodeValue(payload),
    encodeValue(signer.sign(sigStructure)),
  );
  return { id: sha256(sigStructure), bytes };
}

/** Reads a COSE_Sign1 that is all the bytes: `envelope-form`, `envelope-kind` or `cbor-size` where it is none. */
export function readSign1(bytes: Uint8Array): Result<Sign1, Reject> {
  const cursor = { bytes, at: 0 };
  const read = readNext(cursor);
  return read.ok && cursor.at !== bytes.length ? formReject("what follows it") : read;
}

/** How many bytes the COSE_Sign1 takes with which these bytes begin; refusals as for {@link readSign1}. */
export function sign1Length(bytes: Uint8Array): Result<number, Reject> {
  const cursor = { bytes, at: 0 };
  const read = readNext(cursor);
  return read.ok ? ok(cursor.at) : read;
}

function readNext(cursor: Cursor): Result<Sign1, Reject> {
  const protectedLength = reads(cursor, opening) ? readLength(cursor) : undefined;
  const header = protectedLength === undefined ? undefined : view(cursor, protectedLength);
  if (header === undefined || !reads(cursor, unprotected)) return formReject("headers");
  const named = readProtected(header);
  if (!named.ok) return named;
  const payloadLength = readLength(cursor);
  if (payloadLength === undefined) return formReject("body");
  if (payloadLength > maxBodyBytes) return reject("cbor-size", `a body of ${payloadLength} bytes`);
  const payload = view(cursor, payloadLength);
  if (payload === undefined) return formReject("body");
  const signature = readLength(cursor) === 64 ? view(cursor, 64) : undefined;
  if (signature === undefined) return formReject("signature");
  return ok({ ...named.value, payload, signature, sigStructure: sigStructureOf(header, payload) });
}

const authorAt = algorithmAndKey.length;
const typeAt = authorAt + 32 + type.length;
/** A text of 29 to 60 bytes has a head of two, of which the second is its length. */
const textHead = 0x78;
const typePrefix = utf8ToBytes("application/intentcast.");
const typeSuffix = utf8ToBytes("+cbor");
const nameAt = typeAt + 2 + typePrefix.length;
const nameForm = /^[a-z]{1,32}$/;

/** A character for each byte: what is not ASCII has not the form of a name. */
const latin1 = (bytes: Uint8Array): string => String.fromCharCode.apply(null, bytes as unknown as number[]);

/** Compares the header in place with the one that its author and its kind make. */
function readProtected(header: Uint8Array): Result<Pick<Sign1, "kind" | "author">, Reject> {
  const nameEnd = header.length - typeSuffix.length;
  const hasForm =
    stands(header, 0, algorithmAndKey) &&
    stands(header, authorAt + 32, type) &&
    header[typeAt] === textHead &&
    header[typeAt + 1] === header.length - typeAt - 2 &&
    stands(header, typeAt + 2, typePrefix) &&
    stands(header, nameEnd, typeSuffix);
  const name = hasForm ? latin1(header.subarray(nameAt, nameEnd)) : "";
  if (!nameForm.test(name)) return formReject("protected header");
  if (!isKind(name)) return reject("envelope-kind", name);
  return ok({ kind: name, author: copyRange(header, authorAt, authorAt + 32) });
}

const formReject = (where: string) => reject("envelope-form", `signed: ${where}`);

/** What the message's author claims to have signed. */
export const sign1Claim = ({ signature, sigStructure, author }: Sign1): Claim => ({
  signature,
  signed: sigStructure,
  publicKey: author,
});

/** SHA-256 of the Sig_structure. The signature is not in it, so a message signed twice has one id. */
export const sign1Id = (claim: Pick<Claim, "signed">, hash: Sha256 = sha256): Id => hash(claim.signed);
