/** Every key of a buyer and of a seller, derived from one root seed by a name that no other key has (spec/03-keys). */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { toHex } from "../bytes.ts";
import { signerFromSeed } from "../cose/ed25519.ts";
import type { Signer } from "../ports.ts";
import { deriveKeyPair } from "./hpke-key.ts";
import { requireSeed } from "./seed.ts";

/** What it takes to receive sealed messages at one mailbox. */
export type MailboxKeys = {
  /** Its public key is the mailbox's name; its signature over a relay's challenge opens the mailbox there. */
  readonly signer: Signer;
  /** The HPKE public key that messages are sealed to: X25519, 32 bytes. */
  readonly key: Uint8Array;
  /** The HPKE private key, 32 bytes. */
  readonly privateKey: Uint8Array;
};

/** The one-time keys of one intent: who signs it, and where answers to it go. */
export type IntentKeys = { readonly signer: Signer; readonly mailbox: MailboxKeys };

/**
 * The keys of a buyer's intent number `index`, counted from 0. Two intents share no key.
 * Throws TypeError unless the seed is 32 bytes and the index a non-negative integer within 2^53−1.
 */
export function intentKeys(seed: Uint8Array, index: number): IntentKeys {
  if (!Number.isSafeInteger(index) || index < 0) throw new TypeError(`no intent has the index ${index}`);
  return {
    signer: signerFromSeed(derive(seed, `intent/${index}/sign`)),
    mailbox: mailboxKeys(seed, `intent/${index}`),
  };
}

/** A seller's long-term identity. Throws TypeError unless the seed is 32 bytes. */
export const sellerSigner = (seed: Uint8Array): Signer => signerFromSeed(derive(seed, "seller/sign"));

/**
 * The reply mailbox of a seller in one thread: found again from the seed and the thread's id (32 bytes) alone.
 * Throws TypeError unless both are 32 bytes.
 */
export function threadMailbox(seed: Uint8Array, thread: Uint8Array): MailboxKeys {
  if (thread.length !== 32) throw new TypeError(`a thread's id has 32 bytes, not ${thread.length}`);
  return mailboxKeys(seed, `thread/${toHex(thread)}`);
}

const mailboxKeys = (seed: Uint8Array, owner: string): MailboxKeys => ({
  signer: signerFromSeed(derive(seed, `${owner}/mailbox`)),
  ...deriveKeyPair(derive(seed, `${owner}/hpke`)),
});

/** HKDF-SHA256 (RFC 5869) without a salt, which a uniformly random seed does not need (§3.1): 32 bytes per name. */
function derive(seed: Uint8Array, name: string): Uint8Array {
  requireSeed(seed);
  return hkdf(sha256, seed, undefined, utf8ToBytes(`intentcast/v1/${name}`), 32);
}
