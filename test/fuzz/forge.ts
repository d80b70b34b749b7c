/** Signed messages whose body can be anything: in the right envelope, with a signature of the right form. */
import { type Body, encodeValue, isKind, type Kind, type Signer, signerFromSeed } from "@intentcast/protocol";
import { sampleBodies } from "@intentcast/testkit";
import { signedEnvelope } from "../../packages/testkit/src/envelope-parts.ts";
import type { Dice } from "./dice.ts";
import { mutateValue } from "./values.ts";

const bodies = sampleBodies();
export const kindNames: readonly Kind[] = Object.keys(bodies).filter(isKind);
const { publicKey } = signerFromSeed(new Uint8Array(32).fill(0x41));

/** 64 bytes that the byte checks let through: y(R) and S are below what they must be below. */
function signatureOf(dice: Dice): Uint8Array {
  const signature = dice.bytes(64);
  signature[31] = (signature[31] as number) & 0xbf;
  signature[63] = (signature[63] as number) & 0x0f;
  return signature;
}

/** Signs nothing: for those who take every signature that has the form of one. */
export const forger = (dice: Dice): Signer => ({ publicKey, sign: () => signatureOf(dice) });

/** A body in a signed message; undefined where the wire profile cannot say it. */
export function forge(kind: string, body: unknown, dice: Dice): Uint8Array | undefined {
  try {
    return signedEnvelope({ signer: forger(dice), kind, payload: encodeValue(body) });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** A message of a kind whose body is the sample's but for a change or a few. */
export function almostRight(
  dice: Dice,
  change: (body: Body, dice: Dice) => unknown = mutateValue,
): Uint8Array {
  for (;;) {
    const kind = dice.pick(kindNames);
    const body = dice.chance(0.05) ? bodies[dice.pick(kindNames)] : bodies[kind];
    const message = forge(kind, change(body, dice), dice);
    if (message !== undefined) return message;
  }
}
