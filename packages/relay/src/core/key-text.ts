/** A key as lower-case hex: as `toHex` writes it, which makes a text for each digit on the way, and that for each message. */
export const keyText = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString("hex");
