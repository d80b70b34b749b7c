/** Envelopes put together from their parts, any of which may be wrong: what the protocol's own writer cannot make. */
import { createHash } from "node:crypto";
import { concatBytes, encodeValue, fromHex, type Signer, toHex } from "@intentcast/protocol";
import { diagnostic } from "./diagnostic.ts";
import { hpkeSeal } from "./hpke.ts";

/** Bytes from hex with white space in it. */
export const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/\s/g, ""));

/** A head with its argument in so many bytes (RFC 8949 §3): in the fewest, unless told. */
function head(majorType: number, argument: number, width?: 0 | 1 | 2 | 4 | 8): Uint8Array {
  const bytes =
    width ??
    (argument < 24 ? 0 : argument < 2 ** 8 ? 1 : argument < 2 ** 16 ? 2 : argument < 2 ** 32 ? 4 : 8);
  if (bytes === 0) return Uint8Array.of((majorType << 5) | argument);
  const encoded = argument.toString(16).padStart(2 * bytes, "0");
  return concatBytes(Uint8Array.of((majorType << 5) | (24 + Math.log2(bytes))), fromHex(encoded));
}

export const integer = (value: number, width?: 1 | 2 | 4 | 8): Uint8Array => head(0, value, width);
export const byteString = (content: Uint8Array, width?: 1 | 2 | 4 | 8): Uint8Array =>
  concatBytes(head(2, content.length, width), content);
export const text = (content: string): Uint8Array => {
  const bytes = new Uint8Array(Buffer.from(content, "utf8"));
  return concatBytes(head(3, bytes.length), bytes);
};

export const typeOf = (kind: string): string => `application/intentcast.${kind}+cbor`;

/** The protected header of a signed message: algorithm -19, the author's key, the content type. */
export const signedHeader = (kind: string, author: Uint8Array): Uint8Array =>
  concatBytes(hex("a3 01 32 04"), byteString(author), hex("10"), text(typeOf(kind)));

/** Sig_structure (RFC 9052 section 4.4). */
export const sigStructure = (
  header: Uint8Array,
  payload: Uint8Array,
  external: Uint8Array = new Uint8Array(0),
): Uint8Array =>
  concatBytes(hex("84"), text("Signature1"), byteString(header), byteString(external), byteString(payload));

/** What the headers of a vector tell of a signed message, from its parts: a second opinion on the protocol's own reader. */
export function signedTold(kind: string, author: Uint8Array, body: unknown): Record<string, string> {
  const structure = sigStructure(signedHeader(kind, author), encodeValue(body));
  const id = createHash("sha256").update(structure).digest("hex");
  return { kind, author: toHex(author), id, body: diagnostic(body) };
}

/** The parts of a signed message; whatever is not given is as it should be. */
export type SignedParts = {
  readonly signer: Signer;
  readonly kind: string;
  readonly payload: Uint8Array;
  /** Tag and array. */
  readonly opening?: Uint8Array;
  /** The content of the protected header. */
  readonly header?: Uint8Array;
  /** The protected header as an item. */
  readonly headerItem?: Uint8Array;
  readonly unprotected?: Uint8Array;
  /** The payload as an item. */
  readonly payloadItem?: Uint8Array;
  readonly signature?: Uint8Array;
};

export function signedEnvelope(parts: SignedParts): Uint8Array {
  const { signer, payload } = parts;
  const header = parts.header ?? signedHeader(parts.kind, signer.publicKey);
  return concatBytes(
    parts.opening ?? hex("d2 84"),
    parts.headerItem ?? byteString(header),
    parts.unprotected ?? hex("a0"),
    parts.payloadItem ?? byteString(payload),
    byteString(parts.signature ?? signer.sign(sigStructure(header, payload))),
  );
}

/** The protected header of a sealed message: algorithm 42, the mailbox, both times, the content type. */
export const sealedHeader = (to: Uint8Array, issued: number, expires: number): Uint8Array =>
  concatBytes(
    hex("a4 01 18 2a 04"),
    byteString(to),
    hex("0f a2 04"),
    integer(expires),
    hex("06"),
    integer(issued),
    hex("10"),
    text(typeOf("sealed")),
  );

/** Enc_structure (RFC 9052 section 5.3). */
export const encStructure = (header: Uint8Array, context = "Encrypt0"): Uint8Array =>
  concatBytes(hex("83"), text(context), byteString(header), hex("40"));

/** The parts of a sealed message; whatever is not given is as it should be. */
export type SealedParts = {
  readonly key: Uint8Array;
  readonly header: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ephemeralSecret: Uint8Array;
  readonly opening?: Uint8Array;
  readonly headerItem?: Uint8Array;
  readonly unprotected?: (encapsulatedKey: Uint8Array) => Uint8Array;
  readonly ciphertextItem?: (ciphertext: Uint8Array) => Uint8Array;
  readonly aad?: Uint8Array;
  readonly info?: Uint8Array;
};

export function sealedEnvelope(parts: SealedParts): Uint8Array {
  const { encapsulatedKey, ciphertext } = hpkeSeal({
    key: parts.key,
    aad: parts.aad ?? encStructure(parts.header),
    plaintext: parts.plaintext,
    ephemeralSecret: parts.ephemeralSecret,
    ...(parts.info === undefined ? {} : { info: parts.info }),
  });
  return concatBytes(
    parts.opening ?? hex("d0 83"),
    parts.headerItem ?? byteString(parts.header),
    parts.unprotected?.(encapsulatedKey) ?? concatBytes(hex("a1 23"), byteString(encapsulatedKey)),
    parts.ciphertextItem?.(ciphertext) ?? byteString(ciphertext),
  );
}

/** A message and zeros up to so many bytes. */
export function padded(message: Uint8Array, length: number): Uint8Array {
  const plaintext = new Uint8Array(length);
  plaintext.set(message);
  return plaintext;
}
