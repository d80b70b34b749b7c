import { readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../src/bytes.ts";
import { intentKeys, sellerSigner, threadMailbox } from "../src/keys/derive.ts";
import { didKey } from "../src/keys/did-key.ts";
import { wordsToSeed } from "../src/keys/seed.ts";

test.each(readVectors("keys").map((vector) => [vector.case, vector] as const))(
  "key vector %s",
  (_, vector) => {
    const { words = "", intent: _intent, thread: _thread, ...expected } = vector.headers;
    const seed = wordsToSeed(words);
    if (!seed.ok) {
      expect(`${seed.error.stage}/${seed.error.code}`).toBe(vector.expect);
      return;
    }
    expect(vector.expect).toBe("accepted");
    expect(seed.value).toEqual(vector.bytes);
    expect(publicKeys(seed.value, vector.headers)).toEqual(expected);
  },
);

/** The public keys that a vector names, by the names it gives them. */
function publicKeys(
  seed: Uint8Array,
  { intent, thread, did }: { intent?: string; thread?: string; did?: string },
): Record<string, string> {
  if (intent !== undefined) {
    const { signer, mailbox } = intentKeys(seed, Number(intent));
    return {
      signer: toHex(signer.publicKey),
      mailbox: toHex(mailbox.signer.publicKey),
      hpke: toHex(mailbox.key),
    };
  }
  if (thread !== undefined) {
    const mailbox = threadMailbox(seed, fromHex(thread));
    return { mailbox: toHex(mailbox.signer.publicKey), hpke: toHex(mailbox.key) };
  }
  if (did === undefined) return {};
  const { publicKey } = sellerSigner(seed);
  return { signer: toHex(publicKey), did: didKey(publicKey) };
}
