/** The head of a binary message as it leaves a server: ws would copy each message behind it, of which very many have most in common. */

/** FIN, and the opcode of a binary message (RFC 6455 §5.2). A server masks nothing. */
const finalBinary = 0x82;
/** Lengths up to this stand in the second byte; above it that byte says how many bytes the length has: 126 for 2, 127 for 8. */
const mostInByte = 125;

export const mostHeadBytes = 10;

/** Writes the head of a message of so many bytes; where the message begins. */
export function writeHead(into: Buffer, at: number, length: number): number {
  into[at] = finalBinary;
  if (length <= mostInByte) {
    into[at + 1] = length;
    return at + 2;
  }
  if (length <= 0xffff) {
    into[at + 1] = 126;
    return into.writeUInt16BE(length, at + 2);
  }
  into[at + 1] = 127;
  return into.writeBigUInt64BE(BigInt(length), at + 2);
}
