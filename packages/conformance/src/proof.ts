/** What the holder of a mailbox signs for a relay, right or, for a test of the relay, on purpose not quite. */
import { challengeBytes, type Hello, type Signer } from "@intentcast/protocol";

export const proofOf = (
  hello: Pick<Hello, "name" | "challenge">,
  { publicKey, sign }: Signer,
  mailbox = publicKey,
): Uint8Array => sign(challengeBytes(hello, mailbox));
