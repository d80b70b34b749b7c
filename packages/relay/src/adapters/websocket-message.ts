/** A binary message as it leaves a server, beginning first: ws would copy the end of each, which very many have in common. */

/** FIN, and the opcode of a binary message (RFC 6455 §5.2). A server masks nothing. */
const finalBinary = 0x82;
/** Lengths up to this stand in the second byte; above it that byte says how many bytes the length has: 126 for 2, 127 for 8. */
const mostInByte = 125;

/** The head and the beginning of a message of which so many bytes follow. */
export function binaryMessage(beginning: Uint8Array, followingBytes: number): Buffer {
  const length = beginning.length + followingBytes;
  const headBytes = length <= mostInByte ? 2 : length <= 0xffff ? 4 : 10;
  const message = Buffer.allocUnsafe(headBytes + beginning.length);
  message[0] = finalBinary;
  if (headBytes === 2) message[1] = length;
  else if (headBytes === 4) {
    message[1] = 126;
    message.writeUInt16BE(length, 2);
  } else {
    message[1] = 127;
    message.writeBigUInt64BE(BigInt(length), 2);
  }
  message.set(beginning, headBytes);
  return message;
}
