/** Byte strings (RFC 8949 §3.1) written straight to where they belong; writeItem would copy what it has written. */

/** Bytes that a byte string takes, its head with it. It is of 65,535 bytes at most, as all are that the protocol has. */
export const byteStringLength = (length: number): number => length + (length < 24 ? 1 : length < 256 ? 2 : 3);

/** Writes bytes as a byte string, which takes {@link byteStringLength}. */
export function writeByteString(target: Uint8Array, start: number, bytes: Uint8Array): void {
  const { length } = bytes;
  const contentAt = start + byteStringLength(length) - length;
  target[start] = length < 24 ? 0x40 | length : length < 256 ? 0x58 : 0x59;
  if (length >= 256) target[start + 1] = length >> 8;
  if (length >= 24) target[contentAt - 1] = length & 0xff;
  target.set(bytes, contentAt);
}
