/** Signs by node:crypto: the load must be ready before it is needed, and is not what is measured. */
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { fromBase64url, fromHex, type Signer } from "@intentcast/protocol";

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const pkcs8Opening = fromHex("302e020100300506032b657004220420");

export function nodeSigner(seed: Uint8Array): Signer {
  const der = Buffer.concat([pkcs8Opening, seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return {
    publicKey: fromBase64url(x as string),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}
