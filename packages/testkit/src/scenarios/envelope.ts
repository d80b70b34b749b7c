/** The scenarios of spec/vectors/envelope: bytes that claim to be a signed message in the open, and the verdict. */
import { type Body, concatBytes, encodeValue, type Kind, signerFromSeed } from "@intentcast/protocol";
import { filled, sampleBodies, storyTime } from "../bodies.ts";
import {
  byteString,
  hex,
  type SignedParts,
  signedEnvelope,
  signedHeader,
  signedTold,
  sigStructure,
  text,
  typeOf,
} from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";

const signer = signerFromSeed(filled(32, 0x41));
const other = signerFromSeed(filled(32, 0x42));
const bodies = sampleBodies();

/** A message small enough to be looked at: the intent of it is closed. */
const close: Body<"close"> = {
  nonce: filled(16, 0x01),
  issued: storyTime,
  expires: storyTime + 3600,
  thread: filled(32, 0x11),
  reason: "withdrawn",
};
const payload = encodeValue(close);
const envelope = (parts: Partial<SignedParts> = {}): Uint8Array =>
  signedEnvelope({ signer, kind: "close", payload, ...parts });
const header = signedHeader("close", signer.publicKey);
const author = byteString(signer.publicKey);

const accept = (name: string, kind: Kind, body: unknown, comment: string): Vector => ({
  case: name,
  expect: "accepted",
  comment,
  headers: signedTold(kind, signer.publicKey, body),
  bytes: signedEnvelope({ signer, kind, payload: encodeValue(body) }),
});

const refuse = (name: string, expect: string, comment: string, bytes: Uint8Array): Vector => ({
  case: name,
  expect,
  comment,
  headers: {},
  bytes,
});

const malformed = (name: string, comment: string, bytes: Uint8Array): Vector =>
  refuse(name, "decode/envelope-form", comment, bytes);

/** A close with an extension that makes its body so long. */
function closeOfLength(length: number): Body<"close"> {
  const build = (filler: number): Body<"close"> => ({
    ...close,
    ext: [["org.example.filler", filled(filler, 0)]],
  });
  const overhead = encodeValue(build(length)).length - length;
  return build(length - overhead);
}

const signedAs = (altered: Uint8Array): Uint8Array => envelope({ header: altered });

const accepted: Vector[] = [
  accept("close", "close", close, "the smallest of the kinds, without optional fields"),
  accept("intent", "intent", bodies.intent, "an intent with every field"),
  accept("profile", "profile", bodies.profile, "a profile with every field"),
  accept("body-at-limit", "close", closeOfLength(16_384), "a body of 16384 bytes"),
];

const forms: Vector[] = [
  malformed("empty", "no bytes at all", new Uint8Array(0)),
  malformed("tag-alone", "the tag and nothing else", hex("d2")),
  malformed("untagged", "without the tag", envelope({ opening: hex("84") })),
  malformed("tag-not-shortest", "tag 18 in a byte of argument", envelope({ opening: hex("d8 12 84") })),
  malformed("tag-98", "the tag of COSE_Sign", envelope({ opening: hex("d8 62 84") })),
  malformed("array-of-5", "an array of five", concatBytes(envelope({ opening: hex("d2 85") }), hex("00"))),
  malformed(
    "array-indefinite",
    "an array of indefinite length",
    concatBytes(envelope({ opening: hex("d2 9f") }), hex("ff")),
  ),
  malformed("header-empty", "an empty protected header", signedAs(new Uint8Array(0))),
  malformed(
    "cose-eddsa-sig-01",
    "cose-wg/Examples eddsa-sig-01: a good COSE_Sign1, with another header",
    hex(
      "d28445a201270300a10442313154546869732069732074686520636f6e74656e742e58407142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d",
    ),
  ),
  malformed("header-cut", "the bytes end within the protected header", envelope().subarray(0, 40)),
  malformed(
    "header-length-wide",
    "the length of the protected header in two bytes",
    envelope({ headerItem: byteString(header, 2) }),
  ),
  malformed(
    "header-length-short",
    "the length of the protected header is one too small",
    concatBytes(
      hex("d2 84 58"),
      Uint8Array.of(header.length - 1),
      header,
      envelope().subarray(header.length + 4),
    ),
  ),
  malformed(
    "algorithm-minus-8",
    "algorithm -8, EdDSA",
    signedAs(concatBytes(hex("a3 01 27 04"), author, hex("10"), text(typeOf("close")))),
  ),
  malformed(
    "algorithm-minus-7",
    "algorithm -7, ES256",
    signedAs(concatBytes(hex("a3 01 26 04"), author, hex("10"), text(typeOf("close")))),
  ),
  malformed(
    "algorithm-wide",
    "algorithm -19 with an argument of one byte",
    signedAs(concatBytes(hex("a3 01 38 12 04"), author, hex("10"), text(typeOf("close")))),
  ),
  malformed(
    "key-31-bytes",
    "an author of 31 bytes",
    signedAs(concatBytes(hex("a3 01 32 04"), byteString(filled(31, 0x41)), hex("10"), text(typeOf("close")))),
  ),
  malformed("key-missing", "no author", signedAs(concatBytes(hex("a2 01 32 10"), text(typeOf("close"))))),
  malformed(
    "labels-unsorted",
    "label 16 before label 4",
    signedAs(concatBytes(hex("a3 01 32 10"), text(typeOf("close")), hex("04"), author)),
  ),
  malformed(
    "label-extra",
    "a fourth label, 2 (crit)",
    signedAs(concatBytes(hex("a4 01 32 02 80 04"), author, hex("10"), text(typeOf("close")))),
  ),
  malformed(
    "header-trailing",
    "a byte after the map of the protected header",
    signedAs(concatBytes(header, hex("00"))),
  ),
  malformed(
    "type-foreign",
    "the content type of something else",
    signedAs(concatBytes(hex("a3 01 32 04"), author, hex("10"), text("application/json"))),
  ),
  malformed("type-upper-case", "a kind in upper case", signedAs(signedHeader("CLOSE", signer.publicKey))),
  malformed(
    "type-as-bytes",
    "the content type as a byte string",
    signedAs(concatBytes(hex("a3 01 32 04"), author, hex("10"), byteString(Buffer.from(typeOf("close"))))),
  ),
  malformed(
    "type-of-nothing",
    "a content type with an empty kind",
    signedAs(signedHeader("", signer.publicKey)),
  ),
  malformed(
    "unprotected-kid",
    "a label in the unprotected header",
    envelope({ unprotected: concatBytes(hex("a1 04"), author) }),
  ),
  malformed(
    "unprotected-indefinite",
    "an empty unprotected header of indefinite length",
    envelope({ unprotected: hex("bf ff") }),
  ),
  malformed("payload-detached", "a detached payload", envelope({ payloadItem: hex("f6") })),
  malformed(
    "payload-length-wide",
    "the length of the payload in two bytes, where one suffices",
    envelope({ payloadItem: byteString(payload, 2) }),
  ),
  malformed(
    "payload-length-4",
    "the length of the payload in four bytes",
    envelope({ payloadItem: byteString(payload, 4) }),
  ),
  malformed(
    "payload-indefinite",
    "a payload in chunks",
    envelope({ payloadItem: concatBytes(hex("5f"), byteString(payload), hex("ff")) }),
  ),
  malformed(
    "payload-text",
    "the payload as a text string",
    envelope({ payloadItem: concatBytes(hex("78"), byteString(payload).subarray(1)) }),
  ),
  malformed("payload-cut", "the bytes end within the payload", envelope().subarray(0, 120)),
  malformed("signature-missing", "the bytes end before the signature", envelope().subarray(0, -66)),
  malformed("signature-cut", "the bytes end within the signature", envelope().subarray(0, -1)),
  malformed("signature-63-bytes", "a signature of 63 bytes", envelope({ signature: filled(63, 0x01) })),
  malformed("signature-65-bytes", "a signature of 65 bytes", envelope({ signature: filled(65, 0x01) })),
  malformed("trailing-byte", "a byte after the envelope", concatBytes(envelope(), hex("00"))),
  refuse(
    "kind-longest",
    "decode/envelope-kind",
    "a kind that version 1 does not have, of 32 letters",
    envelope({ kind: "k".repeat(32) }),
  ),
  malformed("kind-too-long", "a kind of 33 letters", envelope({ kind: "k".repeat(33) })),
  malformed(
    "kind-unknown-malformed",
    "a kind that version 1 does not have, and another algorithm: the form is looked at first",
    signedAs(concatBytes(hex("a3 01 27 04"), author, hex("10"), text(typeOf("haggle")))),
  ),
  refuse(
    "kind-unknown",
    "decode/envelope-kind",
    "a kind that version 1 does not have",
    envelope({ kind: "haggle" }),
  ),
  refuse(
    "kind-sealed",
    "decode/envelope-kind",
    "sealed is no kind of signed message",
    envelope({ kind: "sealed" }),
  ),
  refuse(
    "kind-inherited",
    "decode/envelope-kind",
    "a name that every JavaScript object has",
    envelope({ kind: "constructor" }),
  ),
];

const payloads: Vector[] = [
  refuse(
    "body-above-limit",
    "decode/cbor-size",
    "a body of 16385 bytes",
    signedEnvelope({ signer, kind: "close", payload: encodeValue(closeOfLength(16_385)) }),
  ),
  refuse(
    "body-far-above-limit",
    "decode/cbor-size",
    "a body that claims 2^32 bytes: its length is looked at before its bytes",
    envelope({ payloadItem: hex("5b 00 00 00 01 00 00 00 00") }),
  ),
  refuse(
    "body-longest-claim",
    "decode/cbor-size",
    "a body that claims 2^64 - 1 bytes, more than an integer may say",
    envelope({ payloadItem: hex("5b ff ff ff ff ff ff ff ff") }),
  ),
  refuse(
    "body-empty",
    "decode/cbor-truncated",
    "a payload of no bytes",
    envelope({ payload: new Uint8Array(0) }),
  ),
  refuse("body-array", "decode/body-not-map", "an array", envelope({ payload: hex("80") })),
  refuse("body-bytes", "decode/body-not-map", "a byte string", envelope({ payload: byteString(payload) })),
  refuse(
    "body-float",
    "decode/cbor-float",
    "a floating-point number",
    envelope({ payload: hex("a1 61 61 f9 3c 00") }),
  ),
  refuse(
    "body-key-order",
    "decode/cbor-key-order",
    "keys out of order",
    envelope({ payload: hex("a2 61 62 00 61 61 00") }),
  ),
  refuse(
    "body-trailing",
    "decode/cbor-trailing-bytes",
    "a byte after the map",
    envelope({ payload: concatBytes(payload, hex("00")) }),
  ),
  refuse(
    "body-tag",
    "decode/cbor-tag",
    "a tagged map",
    envelope({ payload: concatBytes(hex("d9 d9 f7"), payload) }),
  ),
];

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] as number) ^ 1;
  return copy;
};

const invalid = (name: string, comment: string, bytes: Uint8Array): Vector =>
  refuse(name, "verify/signature-invalid", comment, bytes);

const signatures: Vector[] = [
  invalid("signature-flipped", "a bit of S is flipped", flipped(envelope(), -32)),
  invalid(
    "signed-by-other",
    "signed with another key",
    envelope({ signature: other.sign(sigStructure(header, payload)) }),
  ),
  invalid(
    "author-replaced",
    "the author is replaced by another key",
    envelope({
      header: signedHeader("close", other.publicKey),
      signature: signer.sign(sigStructure(header, payload)),
    }),
  ),
  invalid(
    "kind-replaced",
    "signed as an intent, and called a close",
    envelope({ signature: signer.sign(sigStructure(signedHeader("intent", signer.publicKey), payload)) }),
  ),
  invalid(
    "payload-signed-bare",
    "the signature is over the payload alone",
    envelope({ signature: signer.sign(payload) }),
  ),
  invalid(
    "external-data",
    "the signature covers external data",
    envelope({ signature: signer.sign(sigStructure(header, payload, filled(1, 0))) }),
  ),
  refuse(
    "author-small-order",
    "verify/key-small-order",
    "the author is the neutral point, which would verify anything",
    signedEnvelope({
      signer: { publicKey: hex(`01 ${"00".repeat(31)}`), sign: () => hex(`01 ${"00".repeat(63)}`) },
      kind: "close",
      payload,
    }),
  ),
  refuse(
    "verify-before-validate",
    "verify/signature-invalid",
    "neither signature nor shape is right: the signature is looked at first",
    envelope({ payload: hex("a0"), signature: filled(64, 0x0a) }),
  ),
  refuse(
    "decode-before-verify",
    "decode/cbor-float",
    "neither payload nor signature is right: the payload is looked at first",
    envelope({ payload: hex("f9 3c 00"), signature: filled(64, 0x0a) }),
  ),
];

const signed = (kind: Kind, body: unknown): Uint8Array =>
  signedEnvelope({ signer, kind, payload: encodeValue(body) });
const { reply } = bodies.intent;

const shapes: Vector[] = [
  refuse(
    "sealed-kind-in-the-open",
    "validate/sealed-only",
    "a note, which travels sealed",
    signed("note", bodies.note),
  ),
  refuse(
    "sealed-kind-malformed",
    "validate/sealed-only",
    "a note of no shape: where it travels is looked at first",
    signed("note", {}),
  ),
  refuse("field-missing", "validate/body-shape", "an empty body", signed("close", {})),
  refuse(
    "body-of-other-kind",
    "validate/body-shape",
    "an intent's body under the name of a close",
    signed("close", bodies.intent),
  ),
  refuse(
    "reply-key-zero",
    "validate/body-shape",
    "a reply key to which nothing can be sealed: X25519 gives zero for it",
    signed("intent", { ...bodies.intent, reply: { ...reply, key: filled(32, 0) } }),
  ),
  refuse(
    "reply-key-small-order",
    "validate/body-shape",
    "a reply key of order 8",
    signed("intent", {
      ...bodies.intent,
      reply: { ...reply, key: hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800") },
    }),
  ),
];

export const envelopeScenarios: readonly Vector[] = [
  ...accepted,
  ...forms,
  ...payloads,
  ...signatures,
  ...shapes,
];
