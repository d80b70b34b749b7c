/**
 * The scenarios of spec/vectors/keys: seed phrases, and the public keys that come of them. The keys are computed with
 * the platform's cryptography and not with the protocol package, so that the vectors are a second opinion on it.
 */
import { createHmac, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { didKey, fromHex, toHex } from "@intentcast/protocol";
import type { Vector } from "../vectors.ts";

/** Four of the 256-bit vectors of BIP 39's reference implementation (trezor/python-mnemonic, vectors.json). */
const phrases = {
  zeros: { seed: "00".repeat(32), words: `${"abandon ".repeat(23)}art` },
  sevens: {
    seed: "7f".repeat(32),
    words: `${"legal winner thank year wave sausage worth useful ".repeat(2)}legal winner thank year wave sausage worth title`,
  },
  ones: { seed: "ff".repeat(32), words: `${"zoo ".repeat(23)}vote` },
  mixed: {
    seed: "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
    words:
      "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length",
  },
};
type Phrase = (typeof phrases)[keyof typeof phrases];

/** HKDF-SHA256 without a salt (spec/03-keys §2). */
const derive = (seed: string, name: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", fromHex(seed), "", `intentcast/v1/${name}`, 32));

/** The PKCS #8 wrapping of a raw private key (RFC 8410 §7), by the last byte of its algorithm's object identifier. */
function publicKeyOf(algorithm: "6e" | "70", privateKey: Uint8Array): string {
  const der = Buffer.from(`302e020100300506032b65${algorithm}04220420${toHex(privateKey)}`, "hex");
  const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  return key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
}

const ed25519 = (seed: string, name: string): string => publicKeyOf("70", derive(seed, name));

/** DeriveKeyPair of DHKEM(X25519, HKDF-SHA256) (RFC 9180 §7.1.3). */
function hpke(seed: string, name: string): string {
  const suite = `HPKE-v1KEM${String.fromCharCode(0, 0x20)}`;
  const root = createHmac("sha256", "").update(`${suite}dkp_prk`).update(derive(seed, name)).digest();
  // One block of HKDF-Expand: the length in two bytes, the label, and the number of the block.
  const privateKey = createHmac("sha256", root)
    .update(`${String.fromCharCode(0, 32)}${suite}sk`)
    .update(Uint8Array.of(1));
  return publicKeyOf("6e", privateKey.digest());
}

const accept = (
  name: string,
  { seed, words }: Phrase,
  comment: string,
  headers: Record<string, string>,
): Vector => ({
  case: name,
  expect: "accepted",
  comment,
  headers: { words, ...headers },
  bytes: fromHex(seed),
});

const intent = (name: string, phrase: Phrase, index: number): Vector =>
  accept(`intent-${name}-${index}`, phrase, "the keys of one intent; the bytes are the seed", {
    intent: String(index),
    signer: ed25519(phrase.seed, `intent/${index}/sign`),
    mailbox: ed25519(phrase.seed, `intent/${index}/mailbox`),
    hpke: hpke(phrase.seed, `intent/${index}/hpke`),
  });

function seller(name: string, phrase: Phrase): Vector {
  const signer = ed25519(phrase.seed, "seller/sign");
  return accept(`seller-${name}`, phrase, "a seller's identity; the bytes are the seed", {
    signer,
    did: didKey(fromHex(signer)),
  });
}

const thread = (name: string, phrase: Phrase, id: string): Vector =>
  accept(`thread-${name}`, phrase, "a seller's reply mailbox in one thread; the bytes are the seed", {
    thread: id,
    mailbox: ed25519(phrase.seed, `thread/${id}/mailbox`),
    hpke: hpke(phrase.seed, `thread/${id}/hpke`),
  });

const refuse = (name: string, words: string, comment: string): Vector => ({
  case: `words-${name}`,
  expect: "session/seed-form",
  comment,
  headers: { words },
  bytes: new Uint8Array(),
});

const { zeros, sevens, ones, mixed } = phrases;

export const keyScenarios: readonly Vector[] = [
  intent("zeros", zeros, 0),
  intent("zeros", zeros, 1),
  intent("sevens", sevens, 0),
  intent("ones", ones, 0),
  intent("mixed", mixed, 0),
  intent("mixed", mixed, 10),
  intent("mixed", mixed, Number.MAX_SAFE_INTEGER),
  seller("zeros", zeros),
  seller("mixed", mixed),
  thread("zeros", zeros, "00".repeat(32)),
  thread("mixed", mixed, "c0ffee".padStart(64, "0")),
  accept("words-capitals", { ...mixed, words: mixed.words.toUpperCase() }, "case does not matter", {}),
  accept("words-spaced", { ...mixed, words: mixed.words.replaceAll(" ", "  ") }, "nor does white space", {}),
  refuse("twelve", `${"abandon ".repeat(11)}about`, "a valid phrase of BIP 39, of another length"),
  refuse("unknown", `${"abandon ".repeat(22)}abandoned art`, "a word that is not on the list"),
  refuse("checksum", `${"abandon ".repeat(23)}about`, "words of the list, and a wrong checksum"),
  refuse(
    "swapped",
    mixed.words.replace("hamster diagram", "diagram hamster"),
    "the first two words have changed places",
  ),
  refuse("none", "", "nothing at all"),
];
