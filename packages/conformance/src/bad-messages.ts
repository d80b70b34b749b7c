/** Messages that every honest relay refuses, for ever and with the same code, made anew for each run. */
import {
  type Body,
  concatBytes,
  encodeValue,
  fromHex,
  type ProfileValue,
  type Signer,
} from "@intentcast/protocol";
import { aboveOrder, mixedOrder, notCanonical, smallOrderKey, smallOrderR } from "./ed25519.ts";
import { envelope, sigStructure } from "./envelope.ts";
import { newClose, newIntent, newMailbox, newProfile, newSealed, newSigner } from "./messages.ts";
import type { Trial } from "./trial.ts";

/** What is wrong with a message, its bytes, and the verdict that it must get. */
export type Bad = { readonly what: string; readonly bytes: Uint8Array; readonly verdict: string };

const bad =
  (stage: string) =>
  (code: string, what: string, bytes: Uint8Array): Bad => ({ what, bytes, verdict: `${stage}/${code}` });

/** A signed message with any body. */
const signed = (by: Signer, kind: string, body: unknown): Uint8Array =>
  envelope({ by, kind, body: encodeValue(body) });

/** Maps that break the wire profile in one way each. */
const profileBreaches: readonly (readonly [code: string, what: string, hex: string])[] = [
  ["cbor-truncated", "that ends too early", "a16161"],
  ["cbor-trailing-bytes", "that a byte follows", "a000"],
  ["cbor-not-shortest", "with a number in too many bytes", "a161611801"],
  ["cbor-indefinite-length", "of indefinite length", "bf616101ff"],
  ["cbor-integer-range", "with 2^53", "a161611b0020000000000000"],
  ["cbor-float", "with a floating-point number", "a16161f93c00"],
  ["cbor-simple", "with null", "a16161f6"],
  ["cbor-tag", "with a tag", "a16161c001"],
  ["cbor-reserved", "with a reserved value", "a161611c"],
  ["cbor-utf8", "with text that is not UTF-8", "a1616162c0af"],
  ["cbor-key-type", "with a number as a key", "a10101"],
  ["cbor-key-form", "with a key that begins with a capital", "a1614101"],
  ["cbor-key-order", "whose keys are out of order", "a2616201616102"],
  ["cbor-key-duplicate", "with a key twice", "a2616101616102"],
  ["cbor-depth", "nested too deep", `a16161${"81".repeat(16)}00`],
];

export function undecodable(trial: Trial): readonly Bad[] {
  const decode = bad("decode");
  const by = newSigner();
  const close = newClose(trial, { by });
  const body = encodeValue(close.body);
  return [
    decode("envelope-form", "no bytes", new Uint8Array(0)),
    decode("envelope-form", "bytes that are no envelope", trial.random(40).fill(0xa0, 0, 1)),
    decode("envelope-form", "a message without its last byte", close.bytes.slice(0, -1)),
    decode("envelope-form", "a message and a byte more", concatBytes(close.bytes, fromHex("00"))),
    decode("envelope-form", "a message without its tag", close.bytes.slice(1)),
    decode("envelope-form", "another algorithm", envelope({ by, kind: "close", body, algorithm: "27" })),
    decode(
      "envelope-form",
      "an unprotected header",
      envelope({ by, kind: "close", body, unprotected: "a10401" }),
    ),
    decode("envelope-kind", "a kind that there is not", signed(by, "wish", close.body)),
    decode("cbor-size", "a body of 16385 bytes", signed(by, "close", new Uint8Array(16_382))),
    decode("body-not-map", "a body that is a list", signed(by, "close", [1])),
    ...profileBreaches.map(([code, what, hex]) =>
      decode(code, `a body ${what}`, envelope({ by, kind: "close", body: fromHex(hex) })),
    ),
  ];
}

export function unverifiable(trial: Trial): readonly Bad[] {
  const verify = bad("verify");
  const body = encodeValue(newClose(trial).body);
  const by = newSigner();
  const close = { by, kind: "close", body };
  const good = by.sign(sigStructure(close));
  const other = newSigner().sign(sigStructure(close));
  const noKey = { publicKey: notCanonical, sign: () => good };
  return [
    verify("signature-invalid", "another key's signature", envelope({ ...close, signature: other })),
    verify(
      "signature-invalid",
      "a signature of another body",
      envelope({ ...close, signature: by.sign(body) }),
    ),
    verify("signature-s-range", "S + L for S", envelope({ ...close, signature: aboveOrder(good) })),
    verify("signature-r-small-order", "R of small order", envelope({ ...close, by: smallOrderR() })),
    verify(
      "signature-r-not-canonical",
      "y(R) above p",
      envelope({ ...close, signature: concatBytes(notCanonical, good.subarray(32)) }),
    ),
    verify("key-small-order", "a key of small order", envelope({ ...close, by: smallOrderKey() })),
    verify("key-not-canonical", "a key with y above p", envelope({ ...close, by: noKey })),
    verify(
      "signature-invalid",
      "a signature that holds only times the cofactor",
      envelope({ ...close, by: mixedOrder(false) }),
    ),
  ];
}

/** Fields with which an intent breaks a rule. */
const intentBreaches: readonly (readonly [
  code: string,
  what: string,
  fields: Record<string, ProfileValue>,
])[] = [
  ["body-shape", "with a field that there is not", { colour: "red" }],
  ["body-shape", "that wants nothing", { want: [] }],
  ["price-form", "with two prices", { price: { currency: "USD", max: 2, firm: 1 } }],
  [
    "curve-order",
    "whose price curve goes back in time",
    {
      price: {
        currency: "USD",
        curve: [
          { at: 2, price: 1 },
          { at: 1, price: 2 },
        ],
      },
    },
  ],
  ["time-order", "that begins after its end", { when: { from: 2, until: 1 } }],
  ["list-duplicate", "with a place twice", { where: ["iso3166/US", "iso3166/US"] }],
];

const lineBreaches: readonly (readonly [code: string, what: string, fields: Record<string, ProfileValue>])[] =
  [
    ["gtin-check-digit", "with a wrong GTIN", { gtin: "4006381333932" }],
    [
      "requirement-form",
      "that compares a text",
      { requirements: [{ attribute: "size", operator: "lt", value: "large", must: true }] },
    ],
    [
      "requirement-force",
      "with a requirement that neither must hold nor weighs",
      { requirements: [{ attribute: "size", operator: "eq", value: 1 }] },
    ],
  ];

export async function invalid(trial: Trial): Promise<readonly Bad[]> {
  const validate = bad("validate");
  const by = newSigner();
  const { issued, nonce, ...close } = newClose(trial, { by }).body;
  const intent: Body<"intent"> = newIntent(trial, {}, { by }).body;
  const [line] = intent.want;
  const chain = { thread: trial.random(32), prev: trial.random(32), to: trial.random(32) };
  const { key } = newMailbox(trial);
  const sealed = await newSealed(trial, newMailbox(trial));
  return [
    validate("body-shape", "a body without a nonce", signed(by, "close", { ...close, issued })),
    validate(
      "body-shape",
      "a nonce of 15 bytes",
      signed(by, "close", { ...close, issued, nonce: trial.random(15) }),
    ),
    validate(
      "body-shape",
      "a profile without a name",
      signed(by, "profile", { nonce, issued, expires: issued + 1 }),
    ),
    validate(
      "lifetime-negative",
      "expires at issued",
      signed(by, "close", { ...close, nonce, issued, expires: issued }),
    ),
    validate(
      "lifetime-negative",
      "a sealed message that expires at issued",
      expiresAtOnce(sealed.bytes, sealed),
    ),
    validate(
      "sealed-only",
      "a note in the open",
      signed(by, "note", { nonce, issued, ...chain, text: "hello" }),
    ),
    validate(
      "body-shape",
      "a reply key of small order",
      signed(by, "intent", { ...intent, reply: { mailbox: key, key: new Uint8Array(32) } }),
    ),
    validate(
      "list-duplicate",
      "a profile with an area twice",
      signed(by, "profile", { ...newProfile(trial).body, areas: ["iso3166/US", "iso3166/US"] }),
    ),
    ...intentBreaches.map(([code, what, fields]) =>
      validate(code, `an intent ${what}`, signed(by, "intent", { ...intent, ...fields })),
    ),
    ...lineBreaches.map(([code, what, fields]) =>
      validate(code, `a line ${what}`, signed(by, "intent", { ...intent, want: [{ ...line, ...fields }] })),
    ),
  ];
}

/** A sealed message with the time of its issue in the place of its expiry: both take five bytes. */
function expiresAtOnce(
  bytes: Uint8Array,
  { issued, expires }: { issued: number; expires: number },
): Uint8Array {
  const [from, to] = [encodeValue(expires), encodeValue(issued)];
  const at = Buffer.from(bytes).indexOf(from);
  return concatBytes(bytes.subarray(0, at), to, bytes.subarray(at + from.length));
}

/** Messages with more than one thing wrong: the first stage that they do not pass decides. */
export function wrongTwice(trial: Trial): readonly Bad[] {
  const by = newSigner();
  const past = { issued: trial.now() - 20, expires: trial.now() - 10 };
  const { nonce: _, ...withoutNonce } = newClose(trial, past).body;
  const note = encodeValue({ note: "with none of its fields" });
  const signature = trial.random(64).fill(0, 63);
  return [
    {
      what: "a body that is no CBOR under a wrong signature",
      bytes: envelope({ by, kind: "close", body: fromHex("f6"), signature }),
      verdict: "decode/cbor-simple",
    },
    {
      what: "an expired message of the wrong shape under a wrong signature",
      bytes: envelope({ by, kind: "close", body: encodeValue(withoutNonce), signature }),
      verdict: "verify/signature-invalid",
    },
    {
      what: "a sealed kind in the open under a wrong signature",
      bytes: envelope({ by, kind: "note", body: note, signature }),
      verdict: "verify/signature-invalid",
    },
    {
      what: "a sealed kind in the open of the wrong shape",
      bytes: envelope({ by, kind: "note", body: note }),
      verdict: "validate/sealed-only",
    },
    {
      what: "an expired message of the wrong shape",
      bytes: envelope({ by, kind: "close", body: encodeValue(withoutNonce) }),
      verdict: "validate/body-shape",
    },
  ];
}
