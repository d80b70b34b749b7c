/** The scenarios of spec/vectors/open: a sealed message, a mailbox with its keys, and what opening gives. */
import { type Body, concatBytes, encodeValue, type Kind, signerFromSeed, toHex } from "@intentcast/protocol";
import { filled, sampleBodies, storyTime } from "../bodies.ts";
import {
  byteString,
  encStructure,
  hex,
  padded,
  type SealedParts,
  sealedEnvelope,
  sealedHeader,
  signedEnvelope,
  signedTold,
} from "../envelope-parts.ts";
import { hpkeKeyPair } from "../hpke.ts";
import type { Vector } from "../vectors.ts";

const author = signerFromSeed(filled(32, 0x41));
const mailbox = signerFromSeed(filled(32, 0x43)).publicKey;
const otherMailbox = signerFromSeed(filled(32, 0x44)).publicKey;
const keys = hpkeKeyPair(filled(32, 0x51));
const otherKeys = hpkeKeyPair(filled(32, 0x52));
const bodies = sampleBodies();
const header = sealedHeader(mailbox, storyTime, storyTime + 3600);

const note: Body<"note"> = { ...bodies.note, to: mailbox };
const signed = (kind: Kind, body: unknown): Uint8Array =>
  signedEnvelope({ signer: author, kind, payload: encodeValue(body) });
const noteBytes = signed("note", note);

const sealed = (parts: Partial<SealedParts> = {}): Uint8Array =>
  sealedEnvelope({
    key: keys.key,
    header,
    plaintext: padded(noteBytes, 1024),
    ephemeralSecret: filled(32, 0x61),
    ...parts,
  });

const opener = { mailbox: toHex(mailbox), key: toHex(keys.key), privateKey: toHex(keys.privateKey) };

const accept = (name: string, comment: string, kind: Kind, body: unknown, length: number): Vector => ({
  case: name,
  expect: "accepted",
  comment,
  headers: { ...opener, ...signedTold(kind, author.publicKey, body) },
  bytes: sealed({ plaintext: padded(signed(kind, body), length) }),
});

const refuse = (name: string, expect: string, comment: string, bytes: Uint8Array, headers = {}): Vector => ({
  case: name,
  expect,
  comment,
  headers: { ...opener, ...headers },
  bytes,
});

/** Sealed as told, and then sent under another protected header. */
const reheaded = (altered: Uint8Array): Uint8Array => sealed({ headerItem: byteString(altered) });

const lastFlipped = (bytes: Uint8Array): Uint8Array =>
  concatBytes(bytes.subarray(0, -1), Uint8Array.of((bytes.at(-1) as number) ^ 1));

/** A note whose signed message has exactly so many bytes. */
function noteOfLength(length: number): Body<"note"> {
  const build = (filler: number): Body<"note"> => ({
    ...note,
    ext: [["org.example.filler", filled(filler, 0)]],
  });
  const around = signed("note", build(500)).length - 500;
  return build(length - around);
}

const undecryptable = (name: string, comment: string, bytes: Uint8Array, headers = {}): Vector =>
  refuse(name, "open/undecryptable", comment, bytes, headers);

const openings: Vector[] = [
  accept("note", "a note, padded to 1024 bytes", "note", note, 1024),
  accept(
    "offer",
    "an offer with every field, padded to 2048 bytes",
    "offer",
    { ...bodies.offer, to: mailbox },
    2048,
  ),
  refuse("not-for-us", "open/not-for-us", "opened with the keys of another mailbox", sealed(), {
    mailbox: toHex(otherMailbox),
  }),
  undecryptable("other-key", "opened with another private key", sealed(), {
    key: toHex(otherKeys.key),
    privateKey: toHex(otherKeys.privateKey),
  }),
  undecryptable("ciphertext-flipped", "a bit of the tag is flipped", lastFlipped(sealed())),
  undecryptable(
    "expires-altered",
    "its expiry was put off on the way",
    reheaded(sealedHeader(mailbox, storyTime, storyTime + 7200)),
  ),
  undecryptable(
    "mailbox-altered",
    "sealed for one mailbox, sent to another",
    reheaded(sealedHeader(otherMailbox, storyTime, storyTime + 3600)),
    { mailbox: toHex(otherMailbox) },
  ),
  undecryptable(
    "encapsulated-key-altered",
    "the unused bit of the encapsulated key is set: X25519 ignores it, HPKE does not",
    sealed({
      unprotected: (ek) =>
        concatBytes(hex("a1 23 58 20"), ek.subarray(0, 31), Uint8Array.of((ek[31] as number) | 0x80)),
    }),
  ),
  undecryptable(
    "encapsulated-key-zero",
    "an encapsulated key of small order",
    sealed({ unprotected: () => concatBytes(hex("a1 23 58 20"), filled(32, 0)) }),
  ),
  undecryptable(
    "context-encrypt",
    "sealed under the context of COSE_Encrypt",
    sealed({ aad: encStructure(header, "Encrypt") }),
  ),
  undecryptable(
    "info-not-empty",
    "sealed with an info that is not empty",
    sealed({ info: Buffer.from("intentcast") }),
  ),
];

const plaintexts: Vector[] = [
  accept("full", "a message that leaves no room for padding", "note", noteOfLength(1024), 1024),
  refuse(
    "padding-not-zero",
    "open/padding-form",
    "the last byte of the padding is 1",
    sealed({ plaintext: concatBytes(padded(noteBytes, 1023), Uint8Array.of(1)) }),
  ),
  refuse(
    "padding-too-long",
    "open/padding-form",
    "padded to 2048 bytes, where 1024 suffice",
    sealed({ plaintext: padded(noteBytes, 2048) }),
  ),
  refuse(
    "second-message",
    "open/padding-form",
    "a second message where the padding should be",
    sealed({ plaintext: padded(concatBytes(noteBytes, noteBytes), 1024) }),
  ),
  refuse(
    "nothing-inside",
    "decode/envelope-form",
    "nothing but zeros",
    sealed({ plaintext: new Uint8Array(1024) }),
  ),
  refuse(
    "message-cut",
    "decode/envelope-form",
    "a message that does not end within the plaintext",
    sealed({ plaintext: signed("note", noteOfLength(1025)).subarray(0, 1024) }),
  ),
  refuse(
    "sealed-twice",
    "decode/envelope-form",
    "a sealed message inside a sealed one",
    sealed({ plaintext: padded(sealed(), 2048) }),
  ),
];

const inners: Vector[] = [
  refuse(
    "signature-invalid",
    "verify/signature-invalid",
    "the message inside is signed by somebody else",
    sealed({
      plaintext: padded(
        signedEnvelope({
          signer: author,
          kind: "note",
          payload: encodeValue(note),
          signature: signerFromSeed(filled(32, 0x42)).sign(noteBytes),
        }),
        1024,
      ),
    }),
  ),
  refuse(
    "body-malformed",
    "validate/body-shape",
    "the message inside has an empty body",
    sealed({ plaintext: padded(signed("note", {}), 1024) }),
  ),
  refuse(
    "inner-kind",
    "open/inner-kind",
    "an intent inside, which travels in the open",
    sealed({ plaintext: padded(signed("intent", bodies.intent), 2048) }),
  ),
  refuse(
    "inner-mailbox",
    "open/inner-mailbox",
    "a message to somebody else, sealed again to us by whom it was for",
    sealed({ plaintext: padded(signed("note", { ...note, to: otherMailbox }), 1024) }),
  ),
];

export const openScenarios: readonly Vector[] = [...openings, ...plaintexts, ...inners];
