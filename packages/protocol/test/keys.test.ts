import { DhkemX25519HkdfSha256 } from "@hpke/core";
import { base58 } from "@scure/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../src/bytes.ts";
import { intentKeys, type MailboxKeys, sellerSigner, threadMailbox } from "../src/keys/derive.ts";
import { didKey, parseDidKey } from "../src/keys/did-key.ts";
import { deriveKeyPair, x25519PublicKey } from "../src/keys/hpke-key.ts";
import { newSeed, seedToWords, wordsToSeed } from "../src/keys/seed.ts";

const seed = new Uint8Array(32).fill(7);
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("seed words", () => {
  // Vectors of 256 bits from the reference implementation named in BIP 39 (trezor/python-mnemonic, vectors.json).
  test.each([
    ["00".repeat(32), `${"abandon ".repeat(23)}art`],
    [
      "7f".repeat(32),
      "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title",
    ],
    [
      "80".repeat(32),
      "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless",
    ],
    ["ff".repeat(32), `${"zoo ".repeat(23)}vote`],
  ])("agree with BIP 39 on %s", (hex, words) => {
    expect(seedToWords(fromHex(hex))).toBe(words);
    expect(wordsToSeed(words)).toEqual({ ok: true, value: fromHex(hex) });
  });

  test("give back every seed", () => {
    fc.assert(
      fc.property(bytes32, (bytes) => {
        expect(wordsToSeed(seedToWords(bytes))).toEqual({ ok: true, value: bytes });
      }),
    );
  });

  test("may be spaced and capitalised as people do", () => {
    const words = seedToWords(seed);
    const typed = `\n  ${words.toUpperCase().replaceAll(" ", " \t\n ")} `;
    expect(wordsToSeed(typed)).toEqual({ ok: true, value: seed });
  });

  test.each([
    ["nothing at all", ""],
    ["twelve words", `${"abandon ".repeat(11)}about`],
    ["twenty-five words", `${"abandon ".repeat(24)}art`],
    ["a word that is not on the list", `${"abandon ".repeat(22)}correcthorse art`],
    ["a word of another language", `${"abandon ".repeat(22)}ábaco art`],
    ["a wrong checksum", `${"abandon ".repeat(23)}zoo`],
    ["a word that objects have", `${"abandon ".repeat(22)}constructor art`],
  ])("refuse %s, and do not repeat it", (_, words) => {
    const result = wordsToSeed(words);
    expect(result).toMatchObject({ ok: false, error: { stage: "session", code: "seed-form" } });
    const told = JSON.stringify(result);
    for (const word of new Set(words.split(" "))) if (word.length > 3) expect(told).not.toContain(word);
  });

  test("say which word is unknown by its place", () => {
    const result = wordsToSeed(`${"abandon ".repeat(4)}correcthorse ${"abandon ".repeat(18)}art`);
    expect(result).toMatchObject({ error: { detail: "word 5 is not on the list" } });
  });

  test("never make text into a crash", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(wordsToSeed(text).ok).toBe(false);
      }),
    );
  });

  test("are refused for anything but 32 bytes", () => {
    expect(() => seedToWords(new Uint8Array(16))).toThrow(TypeError);
  });

  test("stand for seeds that come from the given randomness alone", () => {
    expect(newSeed((length) => new Uint8Array(length).fill(9))).toEqual(new Uint8Array(32).fill(9));
  });
});

describe("derived keys", () => {
  const all = (): [string, Uint8Array][] => {
    const named: [string, Uint8Array][] = [["seller", sellerSigner(seed).publicKey]];
    const addMailbox = (owner: string, mailbox: MailboxKeys) => {
      named.push([`${owner} mailbox`, mailbox.signer.publicKey], [`${owner} hpke`, mailbox.key]);
    };
    for (const index of [0, 1, 2, 10, 2 ** 40]) {
      const { signer, mailbox } = intentKeys(seed, index);
      named.push([`intent ${index}`, signer.publicKey]);
      addMailbox(`intent ${index}`, mailbox);
    }
    for (const byte of [0, 1, 255])
      addMailbox(`thread ${byte}`, threadMailbox(seed, new Uint8Array(32).fill(byte)));
    return named;
  };

  test("are the same each time, from the seed alone", () => {
    expect(all()).toEqual(all());
  });

  test("are all different: two intents, or two threads, share nothing", () => {
    const hexes = all().map(([, key]) => toHex(key));
    expect(new Set(hexes).size).toBe(hexes.length);
  });

  test("differ between two seeds", () => {
    const other = new Uint8Array(32).fill(8);
    expect(intentKeys(other, 0).signer.publicKey).not.toEqual(intentKeys(seed, 0).signer.publicKey);
    expect(sellerSigner(other).publicKey).not.toEqual(sellerSigner(seed).publicKey);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("are refused for intent %s", (index) => {
    expect(() => intentKeys(seed, index)).toThrow(TypeError);
  });

  test("are refused for a seed or a thread that is not 32 bytes", () => {
    expect(() => intentKeys(new Uint8Array(31), 0)).toThrow(TypeError);
    expect(() => sellerSigner(new Uint8Array(64))).toThrow(TypeError);
    expect(() => threadMailbox(seed, new Uint8Array(16))).toThrow(TypeError);
  });
});

describe("HPKE keys", () => {
  // RFC 9180, appendix A.1.1 and A.2.1: ephemeral and recipient key of DHKEM(X25519, HKDF-SHA256).
  test.each([
    [
      "A.1.1 ikmE",
      "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234",
      "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
      "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
    ],
    [
      "A.1.1 ikmR",
      "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037",
      "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
      "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    ],
    [
      "A.2.1 ikmE",
      "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
      "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
      "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
    ],
    [
      "A.2.1 ikmR",
      "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
      "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
      "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
    ],
  ])("are those of RFC 9180 %s", (_, secret, key, privateKey) => {
    const pair = deriveKeyPair(fromHex(secret));
    expect({ key: toHex(pair.key), privateKey: toHex(pair.privateKey) }).toEqual({ key, privateKey });
  });

  // RFC 7748 §6.1: Alice's and Bob's keys.
  test.each([
    [
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    ],
    [
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    ],
  ])("have the public key of RFC 7748", (privateKey, key) => {
    expect(toHex(x25519PublicKey(fromHex(privateKey)))).toBe(key);
  });

  test("are those that the HPKE library derives and imports", async () => {
    const kem = new DhkemX25519HkdfSha256();
    await fc.assert(
      fc.asyncProperty(bytes32, async (secret) => {
        const ours = deriveKeyPair(secret);
        const theirs = await kem.deriveKeyPair(secret.slice().buffer);
        expect(ours.key).toEqual(new Uint8Array(await kem.serializePublicKey(theirs.publicKey)));
        expect(ours.privateKey).toEqual(new Uint8Array(await kem.serializePrivateKey(theirs.privateKey)));
      }),
    );
  });
});

describe("did:key", () => {
  // The first Ed25519 example of the did:key method's test vectors: the key of the all-zero private key.
  const example = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";
  const exampleKey = fromHex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29");

  test("names an Ed25519 key as the method's specification does", () => {
    expect(didKey(exampleKey)).toBe(example);
    expect(parseDidKey(example)).toEqual(exampleKey);
  });

  test("gives back every key", () => {
    fc.assert(
      fc.property(bytes32, (key) => {
        expect(parseDidKey(didKey(key))).toEqual(key);
      }),
    );
    for (const byte of [0, 255]) {
      const key = new Uint8Array(32).fill(byte);
      expect(parseDidKey(didKey(key))).toEqual(key);
    }
  });

  test("is what a library for base 58 makes of the same bytes", () => {
    fc.assert(
      fc.property(bytes32, (key) => {
        expect(didKey(key)).toBe(`did:key:z${base58.encode(Uint8Array.of(0xed, 0x01, ...key))}`);
      }),
    );
  });

  test.each([
    ["another method", "did:web:example.org"],
    ["an X25519 key", "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"],
    ["a P-256 key", "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"],
    ["a fragment", `${example}#z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp`],
    ["another base", example.replace("did:key:z", "did:key:u")],
    ["a digit that base58 has not", `${example.slice(0, -1)}0`],
    ["a character too few", example.slice(0, -1)],
    ["a character too many", `${example}p`],
    ["digits that overflow 34 bytes' range", `did:key:z6Mk${"z".repeat(44)}`],
    ["a line break", `${example}\n`],
    ["capitals", example.toUpperCase()],
    ["nothing", ""],
  ])("is refused with %s", (_, did) => {
    expect(parseDidKey(did)).toBeUndefined();
  });

  test("is refused for a key that is not 32 bytes", () => {
    expect(() => didKey(new Uint8Array(33))).toThrow(TypeError);
  });
});
