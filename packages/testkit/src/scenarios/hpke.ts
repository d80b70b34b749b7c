/** The scenarios of spec/vectors/hpke: published sealings by the one suite of the protocol, to build HPKE against. */
import { hex } from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";

type Published = {
  readonly name: string;
  readonly comment: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ciphertext: string;
};

const published: readonly Published[] = [
  {
    name: "rfc9180-a-2-1",
    comment:
      "RFC 9180 appendix A.2.1, sequence number 0; both key pairs by DeriveKeyPair; info is not empty here",
    headers: {
      ikm: "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
      privateKey: "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
      key: "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
      ephemeralIkm: "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
      encapsulatedKey: "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
      info: "4f6465206f6e2061204772656369616e2055726e",
      aad: "436f756e742d30",
      plaintext: "4265617574792069732074727574682c20747275746820626561757479",
    },
    ciphertext: "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
  },
  {
    name: "cose-hpke-4",
    comment: "draft-ietf-cose-hpke-27 appendix C, HPKE-4, Encrypt0 with default aad and info",
    headers: {
      privateKey: "0838e90c3407649faf0bd7eeb3e5a9fd7c643e4cb72b91997fc81d26d2f1de49",
      key: "0191a45e7240233a4bda72ac8b38283aea336c863c7d5856b7df263038bc6907",
      encapsulatedKey: "81cbeefeef0b8a8b736f700fe52ff25f0cfc7302e5075a44b95e7cf5a82a9677",
      info: "",
      aad: "8368456e63727970743044a101182a40",
      plaintext: "68706b652074657374207061796c6f6164",
    },
    ciphertext: "e5c0ebf3de1016b0fd33f41c0774d6b283dd494537c729ad7decab64bd5c1f43e5",
  },
];

export const hpkeScenarios: readonly Vector[] = published.map(({ name, comment, headers, ciphertext }) => ({
  case: name,
  expect: "accepted",
  comment,
  headers,
  bytes: hex(ciphertext),
}));
