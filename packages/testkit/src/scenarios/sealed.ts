/** The scenarios of spec/vectors/sealed: what everyone can tell about bytes that claim to be a sealed message. */
import { createHash } from "node:crypto";
import { concatBytes, toHex } from "@intentcast/protocol";
import { filled, storyTime } from "../bodies.ts";
import {
  byteString,
  hex,
  integer,
  padded,
  type SealedParts,
  sealedEnvelope,
  sealedHeader,
  text,
  typeOf,
} from "../envelope-parts.ts";
import { hpkeKeyPair } from "../hpke.ts";
import type { Vector } from "../vectors.ts";

const { key } = hpkeKeyPair(filled(32, 0x51));
const to = filled(32, 0x21);
const issued = storyTime;
const expires = storyTime + 3600;
const header = sealedHeader(to, issued, expires);

const envelope = (parts: Partial<SealedParts> = {}): Uint8Array =>
  sealedEnvelope({
    key,
    header,
    plaintext: new Uint8Array(1024),
    ephemeralSecret: filled(32, 0x61),
    ...parts,
  });

const accept = (name: string, comment: string, times: readonly [number, number], length: number): Vector => {
  const bytes = envelope({ header: sealedHeader(to, ...times), plaintext: padded(filled(1, 0xd2), length) });
  const id = createHash("sha256").update(bytes).digest("hex");
  return {
    case: name,
    expect: "accepted",
    comment,
    headers: { to: toHex(to), issued: String(times[0]), expires: String(times[1]), id },
    bytes,
  };
};

const refuse = (
  name: string,
  comment: string,
  bytes: Uint8Array,
  expect = "decode/envelope-form",
): Vector => ({
  case: name,
  expect,
  comment,
  headers: {},
  bytes,
});

/** A protected header with other claims or another content type. */
const headed = (claims: Uint8Array, type = text(typeOf("sealed"))): Uint8Array =>
  envelope({
    header: concatBytes(hex("a4 01 18 2a 04"), byteString(to), hex("0f"), claims, hex("10"), type),
  });

const claims = concatBytes(hex("a2 04"), integer(expires), hex("06"), integer(issued));

const withAlgorithm = (algorithm: string): Uint8Array =>
  envelope({ header: concatBytes(hex(`a4 01 ${algorithm} 04`), header.subarray(5)) });

const ciphertextOf = (length: number): Uint8Array =>
  envelope({ ciphertextItem: () => byteString(filled(length, 1)) });

export const sealedScenarios: readonly Vector[] = [
  accept(
    "least",
    "a plaintext of 1024 bytes; nobody but its mailbox can tell that it holds no message",
    [issued, expires],
    1024,
  ),
  accept("size-4096", "a plaintext of 4096 bytes", [issued, expires], 4096),
  accept("times-small", "times that take one byte each", [0, 1], 1024),
  accept("times-large", "the largest times", [2 ** 53 - 2, 2 ** 53 - 1], 1024),

  refuse("tag-alone", "the tag and nothing else", hex("d0")),
  refuse("untagged", "without the tag", envelope({ opening: hex("83") })),
  refuse("tag-96", "the tag of COSE_Encrypt", envelope({ opening: hex("d8 60 83") })),
  refuse(
    "array-of-4",
    "an array of four, as if with recipients",
    concatBytes(envelope({ opening: hex("d0 84") }), hex("80")),
  ),
  refuse(
    "header-length-wide",
    "the length of the protected header in two bytes",
    envelope({ headerItem: byteString(header, 2) }),
  ),
  refuse(
    "header-length-long",
    "the length of the protected header is one too large",
    concatBytes(hex("d0 83 58"), Uint8Array.of(header.length + 1), envelope().subarray(4)),
  ),
  refuse("header-empty", "an empty protected header", envelope({ header: new Uint8Array(0) })),
  refuse("algorithm-35", "algorithm 35, HPKE-0", withAlgorithm("18 23")),
  refuse("algorithm-24", "algorithm 24, ChaCha20-Poly1305 without HPKE", withAlgorithm("18 18")),
  refuse("algorithm-50", "algorithm 50, HPKE-4 for wrapping a key", withAlgorithm("18 32")),
  refuse("algorithm-wide", "algorithm 42 in two bytes", withAlgorithm("19 00 2a")),
  refuse(
    "mailbox-31-bytes",
    "a mailbox of 31 bytes",
    envelope({ header: sealedHeader(filled(31, 0x21), issued, expires) }),
  ),
  refuse(
    "claims-missing",
    "no times",
    envelope({
      header: concatBytes(hex("a3 01 18 2a 04"), byteString(to), hex("10"), text(typeOf("sealed"))),
    }),
  ),
  refuse(
    "claims-swapped",
    "6 before 4",
    headed(concatBytes(hex("a2 06"), integer(issued), hex("04"), integer(expires))),
  ),
  refuse(
    "claims-extra",
    "a third claim, 1 (iss)",
    headed(concatBytes(hex("a3 01 61 61"), claims.subarray(1))),
  ),
  refuse(
    "expires-wide",
    "a time in eight bytes, where four suffice",
    headed(concatBytes(hex("a2 04"), integer(expires, 8), hex("06"), integer(issued))),
  ),
  refuse(
    "expires-float",
    "a time as a floating-point number",
    headed(concatBytes(hex("a2 04 fb 41dac3f2a0000000 06"), integer(issued))),
  ),
  refuse(
    "issued-negative",
    "a time before 1970",
    headed(concatBytes(hex("a2 04"), integer(expires), hex("06 20"))),
  ),
  refuse(
    "expires-above-range",
    "2^53",
    headed(concatBytes(hex("a2 04 1b 0020000000000000 06"), integer(issued))),
  ),
  refuse("type-of-note", "the content type of a note", headed(claims, text(typeOf("note")))),
  refuse(
    "type-missing",
    "no content type",
    envelope({ header: concatBytes(hex("a3"), header.subarray(1, header.length - 37)) }),
  ),
  refuse(
    "key-31-bytes",
    "an encapsulated key of 31 bytes",
    envelope({ unprotected: () => concatBytes(hex("a1 23"), byteString(filled(31, 9))) }),
  ),
  refuse("key-missing", "no encapsulated key", envelope({ unprotected: () => hex("a0") })),
  refuse(
    "unprotected-extra",
    "a second label in the unprotected header",
    envelope({ unprotected: (ek) => concatBytes(hex("a2 05 40 23"), byteString(ek)) }),
  ),
  refuse("ciphertext-detached", "a detached ciphertext", envelope({ ciphertextItem: () => hex("f6") })),
  refuse("ciphertext-empty", "a ciphertext of no bytes", ciphertextOf(0)),
  refuse("ciphertext-tag-only", "a ciphertext that is a tag", ciphertextOf(16)),
  refuse("ciphertext-1024", "an allowed size, but without a tag", ciphertextOf(1024)),
  refuse("ciphertext-1041", "one byte more than an allowed size and its tag", ciphertextOf(1041)),
  refuse("ciphertext-65552", "a size above the largest that is allowed", ciphertextOf(65_552)),
  refuse(
    "ciphertext-length-wide",
    "the length of the ciphertext in four bytes",
    envelope({ ciphertextItem: (it) => byteString(it, 4) }),
  ),
  refuse("ciphertext-cut", "the bytes end within the ciphertext", envelope().subarray(0, -1)),
  refuse("trailing-byte", "a byte after the envelope", concatBytes(envelope(), hex("00"))),

  refuse(
    "expires-at-issue",
    "it expires when it is issued",
    envelope({ header: sealedHeader(to, issued, issued) }),
    "validate/lifetime-negative",
  ),
  refuse(
    "expires-before-issue",
    "it expires before it is issued",
    envelope({ header: sealedHeader(to, expires, issued) }),
    "validate/lifetime-negative",
  ),
];
