/** The scenarios of spec/vectors/signature: a key, a message, 64 bytes, and whether they are its signature. */
import { createHash } from "node:crypto";
import { concatBytes, fromHex, signerFromSeed, toHex } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import type { Vector } from "../vectors.ts";

type Case = {
  name: string;
  expect: string;
  comment: string;
  key: string;
  message: string;
  signature: string;
};

const vector = ({ name, expect, comment, key, message, signature }: Case): Vector => ({
  case: name,
  expect,
  comment,
  headers: { key, message },
  bytes: fromHex(signature),
});

const signer = signerFromSeed(filled(32, 0x41));
const key = toHex(signer.publicKey);
const message = toHex(Buffer.from("a message to sign"));
const good = signer.sign(fromHex(message));
const r = toHex(good.subarray(0, 32));
const s = toHex(good.subarray(32));

/** RFC 8032 section 7.1; test 1024 is left out for its length. */
const rfc8032: Vector[] = (
  [
    [
      "1",
      "",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "2",
      "72",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "3",
      "af82",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
    [
      "sha-abc",
      createHash("sha512").update("abc").digest("hex"),
      "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ],
  ] as const
).map(([name, message, key, signature]) =>
  vector({
    name: `rfc8032-${name}`,
    expect: "accepted",
    comment: "RFC 8032 section 7.1",
    key,
    message,
    signature,
  }),
);

/** The Sig_structure of a published COSE_Sign1, and its signature. */
const cose = vector({
  name: "cose-eddsa-sig-01",
  expect: "accepted",
  comment: "cose-wg/Examples eddsa-sig-01: the message is its Sig_structure (RFC 9052 section 4.4)",
  key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  message: "846a5369676e61747572653145a2012703004054546869732069732074686520636f6e74656e742e",
  signature:
    "7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d",
});

const speccheck = "ed25519-speccheck (Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs, 2020)";

/** The twelve cases of that work, in its order. */
const taming: Vector[] = (
  [
    [
      "verify/key-small-order",
      "S = 0, small-order A and R",
      "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000",
    ],
    [
      "verify/key-small-order",
      "small-order A, mixed-order R",
      "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ],
    [
      "verify/signature-r-small-order",
      "mixed-order A, small-order R",
      "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
      "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
    ],
    [
      "accepted",
      "mixed-order A and R: the cofactorless equation holds",
      "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
      "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
      "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
    ],
    [
      "verify/signature-invalid",
      "mixed-order A and R: only the equation times the cofactor holds",
      "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
      "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
      "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
    ],
    [
      "verify/signature-invalid",
      "mixed-order A: holds times the cofactor, unless 8h is reduced first",
      "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
      "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
      "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
    ],
    [
      "verify/signature-s-range",
      "S above L",
      "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
      "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
      "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
    ],
    [
      "verify/signature-s-range",
      "S far above L",
      "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
      "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
      "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
    ],
    [
      "verify/signature-r-small-order",
      "R with x = 0 and the sign bit set, reduced before hashing",
      "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
      "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
    ],
    [
      "verify/signature-r-small-order",
      "R with x = 0 and the sign bit set, hashed as it is",
      "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
      "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
    ],
    [
      "verify/key-small-order",
      "A with x = 0 and the sign bit set, reduced before hashing",
      "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ],
    [
      "verify/key-small-order",
      "A with x = 0 and the sign bit set, hashed as it is",
      "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ],
  ] as const
).map(([expect, comment, message, key, signature], number) =>
  vector({
    name: `speccheck-${String(number).padStart(2, "0")}`,
    expect,
    comment: `${comment}; ${speccheck}`,
    key,
    message,
    signature,
  }),
);

const cctv = "C2SP CCTV ed25519vectors";

/** Points with a component of small order, which no list of encodings can refuse. */
const components: Vector[] = (
  [
    [
      6,
      "verify/signature-invalid",
      "ed25519vectors 10",
      "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56bc02e2b9e63e385c058bf62b14b3a2b29ccefe8e38ddb536bc3f9865320a3d801",
    ],
    [
      7,
      "accepted",
      "ed25519vectors",
      "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56bbbfd00bd9c259d8d222d15e67a3d8228585050dbb9b9585be20d8fadc721da03",
    ],
    [
      28,
      "verify/signature-invalid",
      "ed25519vectors 9",
      "b797b156efcd45a4e2454d2fd0b21438b3ccd80d4c7fd1d1b2c8e55bd4ed4a94639734cf989e314e9e049fc01a3864d191fed8f231b12fee6fa50aaadba44b0e",
    ],
    [
      29,
      "accepted",
      "ed25519vectors 2",
      "b797b156efcd45a4e2454d2fd0b21438b3ccd80d4c7fd1d1b2c8e55bd4ed4a94732d9e0279fe001d90327efa319816e3e4506b78432b8b4e1f2fdc4b960d700f",
    ],
  ] as const
).map(([number, expect, message, signature]) =>
  vector({
    name: `cctv-${String(number).padStart(2, "0")}`,
    expect,
    comment: `A and R have a component of small order, which ${expect === "accepted" ? "cancels out" : "remains"}; ${cctv} ${number}`,
    key: "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f",
    message: toHex(Buffer.from(message)),
    signature,
  }),
);

const zeros = "00".repeat(31);
const ones = "ff".repeat(30);

/** The eight points of small order in all fourteen encodings, as C2SP CCTV lists them. */
const smallOrder: readonly { encoding: string; isCanonical: boolean }[] = [
  ...[
    `${zeros}00`,
    `${zeros}80`,
    `01${zeros.slice(2)}00`,
    `01${zeros.slice(2)}80`,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    `ec${ones}7f`,
    `ec${ones}ff`,
  ].map((encoding) => ({ encoding, isCanonical: true })),
  ...[`ed${ones}7f`, `ed${ones}ff`, `ee${ones}7f`, `ee${ones}ff`].map((encoding) => ({
    encoding,
    isCanonical: false,
  })),
];

const lists: Vector[] = smallOrder.flatMap(({ encoding, isCanonical }, i) => [
  vector({
    name: `small-order-key-${String(i).padStart(2, "0")}`,
    expect: isCanonical ? "verify/key-small-order" : "verify/key-not-canonical",
    comment: `A is encoding ${i} of a point of small order (C2SP CCTV); R is the same and S = 0`,
    key: encoding,
    message,
    signature: `${encoding}${zeros}00`,
  }),
  vector({
    name: `small-order-r-${String(i).padStart(2, "0")}`,
    expect: isCanonical ? "verify/signature-r-small-order" : "verify/signature-r-not-canonical",
    comment: `R is encoding ${i} of a point of small order (C2SP CCTV)`,
    key,
    message,
    signature: `${encoding}${s}`,
  }),
]);

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;
const littleEndian = (number: bigint): string =>
  Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse().toString("hex");
const sNumber = BigInt(`0x${Buffer.from(s, "hex").reverse().toString("hex")}`);

/** Made here: a good signature, and what it becomes by one change. */
const own: Vector[] = (
  [
    ["good", "accepted", "a good signature by the key of seed 41 41 ... 41", key, message, r + s],
    ["other-message", "verify/signature-invalid", "the message is another", key, `${message}00`, r + s],
    [
      "other-key",
      "verify/signature-invalid",
      "the key is another",
      toHex(signerFromSeed(filled(32, 0x42)).publicKey),
      message,
      r + s,
    ],
    [
      "s-plus-order",
      "verify/signature-s-range",
      "S + L: the same equation, other bytes",
      key,
      message,
      r + littleEndian(sNumber + groupOrder),
    ],
    ["s-order", "verify/signature-s-range", "S = L", key, message, r + littleEndian(groupOrder)],
    [
      "s-order-less-1",
      "verify/signature-invalid",
      "S = L - 1, the largest allowed",
      key,
      message,
      r + littleEndian(groupOrder - 1n),
    ],
    ["s-zero", "verify/signature-invalid", "S = 0", key, message, `${r}${zeros}00`],
    ["s-negated", "verify/signature-invalid", "L - S", key, message, r + littleEndian(groupOrder - sNumber)],
    [
      "r-sign",
      "verify/signature-invalid",
      "the sign of R is flipped",
      key,
      message,
      toHex(concatBytes(good.subarray(0, 31), Uint8Array.of((good[31] as number) ^ 0x80))) + s,
    ],
    [
      "r-no-point",
      "verify/signature-invalid",
      "y(R) = 2 is on no point of the curve",
      key,
      message,
      `02${zeros}${s}`,
    ],
    ["r-y-p-plus-3", "verify/signature-r-not-canonical", "y(R) = p + 3", key, message, `f0${ones}7f${s}`],
    [
      "r-y-largest",
      "verify/signature-r-not-canonical",
      "y(R) = 2^255 - 1, sign bit set",
      key,
      message,
      `ff${ones}ff${s}`,
    ],
    [
      "key-no-point",
      "verify/signature-invalid",
      "y(A) = 2 is on no point of the curve",
      `02${zeros}`,
      message,
      r + s,
    ],
    [
      "key-y-p-plus-3",
      "verify/key-not-canonical",
      "y(A) = p + 3, of which y = 3 is the reduced form",
      `f0${ones}7f`,
      message,
      r + s,
    ],
    [
      "key-y-p-less-2",
      "verify/signature-invalid",
      "y(A) = p - 2, the largest that is allowed and not of small order",
      `eb${ones}7f`,
      message,
      r + s,
    ],
    [
      "key-before-r",
      "verify/key-not-canonical",
      "everything is wrong: the key is looked at first",
      `ff${ones}ff`,
      message,
      "ff".repeat(64),
    ],
    [
      "r-before-s",
      "verify/signature-r-small-order",
      "R is of small order and S = L: R is looked at first",
      key,
      message,
      `${zeros}00${littleEndian(groupOrder)}`,
    ],
  ] as const
).map(([name, expect, comment, key, message, signature]) =>
  vector({ name, expect, comment, key, message, signature }),
);

export const signatureScenarios: readonly Vector[] = [
  ...rfc8032,
  cose,
  ...taming,
  ...components,
  ...lists,
  ...own,
];
