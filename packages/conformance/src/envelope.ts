/** A signed message put together by hand, any part of which may be wrong: what a careful writer cannot make. */
import { concatBytes, encodeValue, fromHex, type Signer } from "@intentcast/protocol";

/** What is not given is as it should be. */
export type Parts = {
  readonly by: Signer;
  readonly kind: string;
  /** The encoded body. */
  readonly body: Uint8Array;
  readonly algorithm?: string;
  readonly unprotected?: string;
  readonly signature?: Uint8Array;
};

const protectedHeader = ({ by, kind, algorithm = "32" }: Parts): Uint8Array =>
  concatBytes(
    fromHex(`a301${algorithm}045820`),
    by.publicKey,
    fromHex("10"),
    encodeValue(`application/intentcast.${kind}+cbor`),
  );

/** What the signature is over (RFC 9052 §4.4). */
export const sigStructure = (parts: Parts): Uint8Array =>
  concatBytes(
    fromHex("84"),
    encodeValue("Signature1"),
    encodeValue(protectedHeader(parts)),
    fromHex("40"),
    encodeValue(parts.body),
  );

export function envelope(parts: Parts): Uint8Array {
  const signature = parts.signature ?? parts.by.sign(sigStructure(parts));
  return concatBytes(
    fromHex("d284"),
    encodeValue(protectedHeader(parts)),
    fromHex(parts.unprotected ?? "a0"),
    encodeValue(parts.body),
    encodeValue(signature),
  );
}
