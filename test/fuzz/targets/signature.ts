/** The Ed25519 rule: node's verifier and the portable one give one verdict. An input is a key, a signature, a message. */
import {
  concatBytes,
  fromHex,
  portableEquation,
  signerFromSeed,
  verifySignature,
} from "@intentcast/protocol";
import { nodeEquation } from "../../../packages/relay/src/adapters/node-crypto.ts";
import { vectorsOf } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { checkReject, demandSame, verdictOf } from "../promises.ts";
import type { Target } from "../target.ts";

type Parts = Record<"key" | "signature" | "message", Uint8Array>;

const known: readonly Parts[] = vectorsOf("signature").map(({ bytes, headers }) => ({
  key: fromHex(headers["key"] ?? ""),
  signature: bytes,
  message: fromHex(headers["message"] ?? ""),
}));
const signers = [1, 2, 3].map((byte) => signerFromSeed(new Uint8Array(32).fill(byte)));
const all = known
  .flatMap(({ key, signature, message }) => [key, signature, message])
  .filter((one) => one.length > 0);

function genuine(dice: Dice): Parts {
  const signer = dice.pick(signers);
  const message = dice.bytes(dice.below(40));
  return { key: signer.publicKey, signature: signer.sign(message), message };
}

/** Flips within one of the three, or takes one of another signature. */
function make(dice: Dice): Uint8Array {
  const { key, signature, message } = dice.chance(0.3) ? genuine(dice) : dice.pick(known);
  const parts: Parts = { key, signature, message };
  const part = dice.pick(["key", "signature", "message"] as const);
  if (dice.chance(0.2)) parts[part] = dice.pick(known)[part];
  else if (dice.chance(0.9)) {
    const mutant = mutate(parts[part], dice, all);
    parts[part] = part === "message" ? mutant : concatBytes(mutant, parts[part]).slice(0, parts[part].length);
  }
  return concatBytes(parts.key, parts.signature, parts.message);
}

function check(input: Uint8Array): string {
  const [key, signature, message] = [input.slice(0, 32), input.slice(32, 96), input.slice(96)];
  const ours = verifySignature(signature, message, key, portableEquation);
  const theirs = verifySignature(signature, message, key, nodeEquation);
  if (!ours.ok) checkReject(ours.error, ["verify"]);
  demandSame(theirs, ours, "the portable verifier and node's give one verdict");
  return verdictOf(ours);
}

export const signature: Target = { count: 30_000, make, check };
