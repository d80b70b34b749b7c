/** Numbers of 32 little-endian bytes, as both curves write them (RFC 7748 §5, RFC 8032 §5.1). */

const allBits = 0xff;
const allButTop = 0x7f;

/** Negative, zero or positive; of the last byte only the bits in the mask are looked at. */
function compareAt(bytes: Uint8Array, start: number, other: Uint8Array, lastMask: number): number {
  let mask = lastMask;
  for (let i = 31; i >= 0; i--) {
    const difference = ((bytes[start + i] as number) & mask) - (other[i] as number);
    if (difference !== 0) return difference;
    mask = allBits;
  }
  return 0;
}

/** Compares the number that begins there with another. */
export const compareNumber = (bytes: Uint8Array, start: number, other: Uint8Array): number =>
  compareAt(bytes, start, other, allBits);

/** Compares the coordinate that bytes begin with, without bit 255, which is none of its own: the sign of an Ed25519 point. */
export const compareCoordinate = (bytes: Uint8Array, other: Uint8Array): number =>
  compareAt(bytes, 0, other, allButTop);
