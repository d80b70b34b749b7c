/** Envelopes and bodies: readMessage and readSigned, with every signature taken for good, and with node's verifier. */
import { createHash } from "node:crypto";
import { equalBytes, isOpen, readMessage, readSigned, type Signed, writeMessage } from "@intentcast/protocol";
import { nodeEquation } from "../../../packages/relay/src/adapters/node-crypto.ts";
import { sealedHeader } from "../../../packages/testkit/src/envelope-parts.ts";
import { sealedMessages, signedMessages } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { almostRight } from "../forge.ts";
import { mutate } from "../mutate.ts";
import { checkReject, demandSame, verdictOf } from "../promises.ts";
import { demand, type Target } from "../target.ts";

const all = [...signedMessages, ...sealedMessages];

function make(dice: Dice): Uint8Array {
  switch (dice.below(8)) {
    case 0:
      return dice.chance(0.1) ? dice.bytes(dice.below(300)) : mutate(dice.pick(sealedMessages), dice, all);
    case 1:
      return mutate(dice.pick(signedMessages), dice, all);
    case 2:
      return mutate(
        almostRight(dice, (body) => body),
        dice,
        all,
      );
    default:
      return almostRight(dice);
  }
}

/** That a message can be written again from what was read of it, to the byte. */
export function checkRewriting({ kind, id, author, body, bytes }: Signed): void {
  const signature = bytes.slice(-64);
  const again = writeMessage(kind, body, { publicKey: author, sign: () => signature });
  demand(again.ok, "what validates when read validates when written");
  demand(equalBytes(again.value.bytes, bytes), "an accepted message is the one encoding of its body");
  demand(equalBytes(again.value.id, id), "an id depends on author, kind and body alone");
}

function check(input: Uint8Array): string {
  let reached = false;
  const trusting = () => {
    reached = true;
    return true;
  };
  const signed = readSigned(input, trusting);
  const message = readMessage(input, trusting);
  for (const result of [signed, message]) {
    if (!result.ok) checkReject(result.error, ["decode", "verify", "validate"]);
  }
  if (signed.ok) {
    checkRewriting(signed.value);
    demand(
      message.ok === isOpen(signed.value.kind),
      "a sealed kind in the open is refused, an open one is not",
    );
    if (!message.ok) demand(message.error.code === "sealed-only", "a sealed kind in the open is sealed-only");
  }
  if (message.ok && message.value.kind === "sealed") {
    const { to, issued, expires, id } = message.value;
    const header = sealedHeader(to, issued, expires);
    demand(
      equalBytes(input.subarray(4, 4 + header.length), header),
      "a sealed header is the one of its contents",
    );
    demand(equalBytes(createHash("sha256").update(input).digest(), id), "a sealed id is the envelope's hash");
    demand(expires > issued, "a sealed message lives");
  }
  if (reached) {
    const verified = readMessage(input, nodeEquation);
    const isForged = !verified.ok && verified.error.code === "signature-invalid";
    if (!isForged) demandSame(verified, message, "a good signature changes nothing else");
  }
  return verdictOf(message.ok ? message : signed);
}

export const envelope: Target = { count: 200_000, make, check };
