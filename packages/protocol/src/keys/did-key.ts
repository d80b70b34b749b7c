/** An Ed25519 public key as a did:key, which is how people see a seller's identity (spec/03-keys). */
import { concatBytes, equalBytes, fromHex, toHex } from "../bytes.ts";

/** "z" says base58btc; 0xed 0x01 is the multicodec of an Ed25519 public key. */
const prefix = "did:key:z";
const multicodec = Uint8Array.of(0xed, 0x01);
/** All 34-byte strings that begin with this multicodec take 47 digits, the first three of them 6Mk. */
const form = /^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/;

/** The did:key of a public key; throws TypeError unless it is 32 bytes. */
export function didKey(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw new TypeError(`a public key has 32 bytes, not ${publicKey.length}`);
  return prefix + toBase58(concatBytes(multicodec, publicKey));
}

/**
 * The 32 bytes that a did:key names, or undefined for every other text: other key types, other bases, a fragment.
 * Whether the bytes are a key that may sign is for the signature's rule to say.
 */
export function parseDidKey(did: string): Uint8Array | undefined {
  if (!form.test(did)) return undefined;
  const decoded = fromBase58(did.slice(prefix.length));
  return decoded.length === 34 && equalBytes(decoded.subarray(0, 2), multicodec)
    ? decoded.slice(2)
    : undefined;
}

// Base 58 of one fixed length, which begins with no zero: a library for it would be a thirtieth of what a page loads.

const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function toBase58(bytes: Uint8Array): string {
  let text = "";
  for (let rest = BigInt(`0x${toHex(bytes)}`); rest > 0n; rest /= 58n)
    text = digits[Number(rest % 58n)] + text;
  return text;
}

/** To be called with digits only. */
function fromBase58(text: string): Uint8Array {
  const value = [...text].reduce((sum, digit) => sum * 58n + BigInt(digits.indexOf(digit)), 0n);
  const hex = value.toString(16);
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
}
