/** The Ed25519 equation by libsodium, where its package is installed: twice as fast as node:crypto's. */
import type { VerifyEquation } from "@intentcast/protocol";

/** What is used of `sodium-native`, which has no types of its own. */
type Sodium = {
  readonly crypto_sign_verify_detached: (
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ) => boolean;
};

/**
 * libsodium's verifier, which after the protocol's byte checks decides the same cofactorless equation as the others;
 * undefined where the package is not there or has no binary for this machine.
 */
export async function sodiumEquation(): Promise<VerifyEquation | undefined> {
  // Optional, and so unknown to the compiler: its name must not be one that it looks up.
  const name: string = "sodium-native";
  try {
    const { default: sodium } = (await import(name)) as { default: Sodium };
    return (signature, message, publicKey) =>
      sodium.crypto_sign_verify_detached(signature, message, publicKey);
  } catch {
    return undefined;
  }
}
