/** The fastest verifier that this machine has. */
import type { VerifyEquation } from "@intentcast/protocol";
import { nodeEquation } from "./node-crypto.ts";
import { sodiumEquation } from "./sodium.ts";

/** libsodium's where it is installed, otherwise node:crypto's. */
export const nativeEquation = async (): Promise<VerifyEquation> => (await sodiumEquation()) ?? nodeEquation;
