/** What the pure code asks of the world: time, randomness, and somebody to check a signature. */
import type { UnixSeconds } from "./time.ts";

/** The present moment. Clients and relays inject it; nothing in this package reads a clock. */
export type Clock = () => UnixSeconds;

/** `length` unpredictable bytes. */
export type Random = (length: number) => Uint8Array;

/**
 * Checks one Ed25519 signature by the protocol's one rule (spec/04-envelopes §3). The byte pre-checks have run
 * already when a verifier is called: it only has to decide the cofactorless equation.
 */
export type VerifyEquation = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/** SHA-256 of any bytes, 32 of them, in an array of their own. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Holds an Ed25519 private key and signs with it; the key itself stays inside. */
export type Signer = {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
};
