/** Opening sealed messages: whatever was sealed to us, and whatever only looks like it. The input is the envelope. */
import { fromHex, openSealed, readMessage, readSigned } from "@intentcast/protocol";
import {
  encStructure,
  padded,
  sealedEnvelope,
  sealedHeader,
} from "../../../packages/testkit/src/envelope-parts.ts";
import { sealedMessages, signedMessages, vectorsOf } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { almostRight } from "../forge.ts";
import { mutate } from "../mutate.ts";
import { checkReject, verdictOf } from "../promises.ts";
import { demand, type Target } from "../target.ts";
import { checkRewriting } from "./envelope.ts";

const { headers } = vectorsOf("open").find(({ expect }) => expect === "accepted") ?? {
  headers: {} as Record<string, string>,
};
const [to, key, privateKey] = ["mailbox", "key", "privateKey"].map((name) =>
  fromHex(headers[name] ?? ""),
) as [Uint8Array, Uint8Array, Uint8Array];
const mailbox = { signer: { publicKey: to }, key, privateKey };
const header = sealedHeader(to, 1_795_435_200, 1_795_438_800);

/** A body that is sent to our mailbox, as the envelope says, most of the time. */
const addressed = (dice: Dice): Uint8Array =>
  almostRight(dice, (body) => (dice.chance(0.9) && "to" in body ? { ...body, to } : body));

function plaintext(dice: Dice): Uint8Array {
  const message = dice.chance(0.9) ? addressed(dice) : mutate(addressed(dice), dice, signedMessages);
  const fitting = [1024, 2048, 4096, 8192, 16_384, 32_768].find((size) => size >= message.length) ?? 32_768;
  const size = dice.chance(0.9) ? fitting : dice.pick([512, 1024, 2048, 3000]);
  const full = padded(message.subarray(0, size), size);
  return dice.chance(0.1) ? mutate(full, dice, signedMessages) : full;
}

function make(dice: Dice): Uint8Array {
  if (dice.chance(0.3)) return mutate(dice.pick(sealedMessages), dice, sealedMessages);
  const sealed = sealedEnvelope({
    key,
    header,
    plaintext: plaintext(dice),
    ephemeralSecret: dice.bytes(32),
    aad: encStructure(header),
  });
  return dice.chance(0.1) ? mutate(sealed, dice, sealedMessages) : sealed;
}

async function check(input: Uint8Array): Promise<string> {
  const message = readMessage(input, () => true);
  if (!message.ok || message.value.kind !== "sealed") return verdictOf(message);
  const opened = await openSealed(message.value, mailbox, () => true);
  if (!opened.ok) {
    checkReject(opened.error, ["open", "decode", "verify", "validate"]);
    return opened.error.code;
  }
  checkRewriting(opened.value);
  demand(
    Buffer.compare(opened.value.body.to, to) === 0,
    "an opened message is for the mailbox that opened it",
  );
  demand(readSigned(opened.value.bytes, () => true).ok, "an opened message can be read on its own");
  return "accepted";
}

export const sealed: Target = { count: 20_000, make, check };
