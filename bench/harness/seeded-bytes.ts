/** Bytes and choices that repeat from run to run, fast enough for a million messages. */
import { createCipheriv, createHash } from "node:crypto";

const blockBytes = 64 * 1024;

/** Bytes that depend on the seed and on how many were taken before: the key stream of AES in counter mode. */
export function seededBytes(seed: string): (length: number) => Uint8Array {
  const cipher = createCipheriv("aes-256-ctr", createHash("sha256").update(seed).digest(), Buffer.alloc(16));
  let block = new Uint8Array(0);
  let at = 0;
  return (length) => {
    if (at + length > block.length) {
      block = new Uint8Array(cipher.update(Buffer.alloc(Math.max(blockBytes, length))));
      at = 0;
    }
    at += length;
    return block.slice(at - length, at);
  };
}

/** An integer from 0 up to, not including, the limit. */
export const below = (limit: number, bytes: (length: number) => Uint8Array): number =>
  new DataView(bytes(4).buffer).getUint32(0) % limit;
