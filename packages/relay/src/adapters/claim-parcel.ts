/**
 * Claims on their way to another thread: many in one buffer, which changes hands and is not copied. Each is its length,
 * its signature, its key and what was signed; the next begins at a multiple of four.
 */
import type { Claim } from "@intentcast/protocol";

/** What a thread says when it can take parcels. */
export const ready = "ready";

const lengthBytes = 4;
const signatureAt = lengthBytes;
const keyAt = signatureAt + 64;
const signedAt = keyAt + 32;

const aligned = (length: number): number => (length + 3) & ~3;
const sizeOf = ({ signed }: Claim): number => aligned(signedAt + signed.length);

/** The claims in one buffer of their own. */
export function packClaims(claims: readonly Claim[]): ArrayBuffer {
  const parcel = new Uint8Array(claims.reduce((sum, claim) => sum + sizeOf(claim), 0));
  const lengths = new DataView(parcel.buffer);
  let at = 0;
  for (const claim of claims) {
    lengths.setUint32(at, claim.signed.length);
    parcel.set(claim.signature, at + signatureAt);
    parcel.set(claim.publicKey, at + keyAt);
    parcel.set(claim.signed, at + signedAt);
    at += sizeOf(claim);
  }
  return parcel.buffer;
}

/** The claims of a parcel, in their order, as views of it. */
export function unpackClaims(parcel: ArrayBuffer): Claim[] {
  const lengths = new DataView(parcel);
  const claims: Claim[] = [];
  for (let at = 0; at < parcel.byteLength; ) {
    const claim = {
      signature: new Uint8Array(parcel, at + signatureAt, 64),
      publicKey: new Uint8Array(parcel, at + keyAt, 32),
      signed: new Uint8Array(parcel, at + signedAt, lengths.getUint32(at)),
    };
    claims.push(claim);
    at += sizeOf(claim);
  }
  return claims;
}
