import { filled, readVectors, sampleBodies, seededRandom, storyTime, told } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalBytes, fromHex } from "../src/bytes.ts";
import { signerFromSeed } from "../src/cose/ed25519.ts";
import { unwrap } from "../src/error.ts";
import { intentKeys } from "../src/keys/derive.ts";
import { deriveKeyPair } from "../src/keys/hpke-key.ts";
import { isOpen, type Kind, kinds } from "../src/message/kinds.ts";
import type { Private, Signed } from "../src/message/message.ts";
import {
  decodeMessage,
  type Opener,
  openCopy,
  openSealed,
  readMessage,
  readSigned,
} from "../src/message/read.ts";
import { sealCopy, sealMessage, writeMessage } from "../src/message/write.ts";
import type { Reject } from "../src/reject.ts";
import type { Result } from "../src/result.ts";

const verdict = (result: Result<unknown, Reject>): string =>
  result.ok ? "accepted" : `${result.error.stage}/${result.error.code}`;

const named = (stage: string) => readVectors(stage).map((vector) => [vector.case, vector] as const);

const author = signerFromSeed(filled(32, 0x41));
const mailbox: Opener = { signer: signerFromSeed(filled(32, 0x43)), ...deriveKeyPair(filled(32, 0x51)) };
const to = { mailbox: mailbox.signer.publicKey, key: mailbox.key };
const lifetime = { issued: storyTime, expires: storyTime + 3600 };
const bodies = sampleBodies();
const intent = unwrap(writeMessage("intent", bodies.intent, author));
const note = unwrap(writeMessage("note", { ...bodies.note, to: to.mailbox }, author));
const sealed = await sealMessage(note, to, lifetime, seededRandom("sealed"));

describe("readMessage", () => {
  test.each(named("envelope"))("decides envelope vector %s", (_, { bytes, expect: expected, headers }) => {
    const read = readMessage(bytes);
    expect(verdict(read)).toBe(expected);
    if (!read.ok) return;
    expect(told(read.value)).toEqual(headers);
  });

  test.each(named("sealed"))("decides sealed vector %s", (_, { bytes, expect: expected, headers }) => {
    const read = readMessage(bytes);
    expect(verdict(read)).toBe(expected);
    if (read.ok) expect(told(read.value)).toEqual(headers);
  });

  test("refuses any bytes without throwing, at one of its three stages", () => {
    const beginnings = [[], [0xd2, 0x84, 0x58], [0xd0, 0x83, 0x58], [...intent.bytes.subarray(0, 90)]];
    const anyBytes = fc
      .tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 300 }))
      .map(([beginning, rest]) => Uint8Array.from([...beginning, ...rest]));
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(verdict(readMessage(bytes))).toMatch(/^(decode|verify|validate)\//);
      }),
      { numRuns: 500 },
    );
  });

  test("refuses an intent in which any one byte is changed", () => {
    for (let at = 0; at < intent.bytes.length; at++) {
      const mutant = Uint8Array.from(intent.bytes);
      mutant[at] = (mutant[at] as number) ^ (1 << (at % 8));
      expect([at, verdict(readMessage(mutant))]).toEqual([at, expect.stringMatching(/^(decode|verify)\//)]);
    }
  });

  test("refuses an intent that is cut short anywhere", () => {
    for (let length = 0; length < intent.bytes.length; length++) {
      expect(verdict(readMessage(intent.bytes.subarray(0, length)))).toBe("decode/envelope-form");
    }
  });

  test("refuses a sealed message that is cut short anywhere", () => {
    for (let length = 0; length < sealed.bytes.length; length++) {
      expect(verdict(readMessage(sealed.bytes.subarray(0, length)))).toBe("decode/envelope-form");
    }
  });

  test("reads a Buffer as it reads any bytes", () => {
    const read = unwrap(readMessage(Buffer.from(intent.bytes)));
    expect({ ...read, bytes: intent.bytes }).toStrictEqual(intent);
  });

  test("does not ask the verifier about a message that does not decode", () => {
    const asked = () => expect.unreachable();
    expect(verdict(readMessage(intent.bytes.subarray(1), asked))).toBe("decode/envelope-form");
  });

  test("reads what was signed, whatever becomes of the input before the verdict", () => {
    const input = Uint8Array.from(intent.bytes);
    const { conclude } = unwrap(decodeMessage(input));
    input.fill(0);
    const { id, author, body } = unwrap(conclude(true)) as Signed<"intent">;
    expect({ id, author, body }).toEqual({ id: intent.id, author: intent.author, body: intent.body });
  });

  test("gives a message one id, whoever verifies it and however it is signed", () => {
    const resigned = Uint8Array.from(intent.bytes);
    resigned.fill(7, -64, -48);
    const read = unwrap(readMessage(resigned, () => true));
    expect(read.id).toEqual(intent.id);
    expect(verdict(readMessage(resigned))).toBe("verify/signature-invalid");
  });
});

describe("writeMessage", () => {
  test.each(Object.keys(kinds) as Kind[])(
    "writes a message of kind %s that is read back the same",
    (kind) => {
      const written = unwrap(writeMessage(kind, bodies[kind], author));
      expect(unwrap(readSigned(written.bytes))).toStrictEqual(written);
      expect(verdict(readMessage(written.bytes))).toBe(isOpen(kind) ? "accepted" : "validate/sealed-only");
    },
  );

  test("refuses a body that breaks a rule, before it signs", () => {
    const signer = { ...author, sign: () => expect.unreachable() };
    const { close } = bodies;
    expect(verdict(writeMessage("close", { ...close, expires: close.issued }, signer))).toBe(
      "validate/lifetime-negative",
    );
    expect(verdict(writeMessage("close", { ...close, nonce: filled(15, 1) }, signer))).toBe(
      "validate/body-shape",
    );
  });

  test("names the field that is at fault", () => {
    const { intent } = bodies;
    const written = writeMessage("intent", { ...intent, want: [] }, author);
    expect(written).toMatchObject({
      error: { code: "body-shape", detail: expect.stringMatching(/^intent: want: at least 1$/) },
    });
  });

  test.each([
    ["a text that is no Unicode", [["org.example.a", "\ud800"]]],
    ["a key that the wire profile forbids", [["org.example.a", { "A b": 1 }]]],
    ["items nested too deep", [["org.example.a", JSON.parse(`${"[".repeat(20)}1${"]".repeat(20)}`)]]],
  ] as [string, [string, string][]][])("refuses an extension with %s", (_, ext) => {
    expect(verdict(writeMessage("close", { ...bodies.close, ext }, author))).toBe("validate/body-shape");
  });

  test("refuses a body of more than 16 KiB", () => {
    const ext: [string, Uint8Array][] = [["org.example.a", filled(16_384, 0)]];
    expect(verdict(writeMessage("close", { ...bodies.close, ext }, author))).toBe("decode/cbor-size");
  });
});

describe("openSealed", () => {
  test.each(named("open"))("decides vector %s", async (_, { bytes, expect: expected, headers }) => {
    const { mailbox = "", key = "", privateKey = "", ...message } = headers;
    const opener = {
      signer: { publicKey: fromHex(mailbox) },
      key: fromHex(key),
      privateKey: fromHex(privateKey),
    };
    const envelope = unwrap(readMessage(bytes));
    if (envelope.kind !== "sealed") return expect.unreachable();
    const opened = await openSealed(envelope, opener);
    expect(verdict(opened)).toBe(expected);
    if (opened.ok) expect(told(opened.value)).toEqual(message);
  });

  test("gives back what sealMessage sealed, whatever its kind", async () => {
    const privateKinds = (Object.keys(kinds) as Kind[]).filter((kind) => !isOpen(kind));
    for (const kind of privateKinds) {
      const body = { ...bodies[kind], to: to.mailbox };
      const message = unwrap(writeMessage(kind, body, author)) as Private;
      const envelope = await sealMessage(message, to, lifetime, seededRandom(kind));
      expect(unwrap(readMessage(envelope.bytes))).toStrictEqual(envelope);
      expect(unwrap(await openSealed(envelope, mailbox))).toStrictEqual(message);
    }
  });

  test("refuses a sealed message in which any one bit is flipped", async () => {
    const anyBit = fc.oneof(fc.nat(140 * 8), fc.nat(sealed.bytes.length * 8 - 1));
    await fc.assert(
      fc.asyncProperty(anyBit, async (bit) => {
        const flipped = Uint8Array.from(sealed.bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        const read = readMessage(flipped);
        if (!read.ok) return;
        if (read.value.kind !== "sealed") expect.unreachable();
        else
          expect(verdict(await openSealed(read.value, mailbox))).toMatch(
            /^open\/(undecryptable|not-for-us)$/,
          );
      }),
      { numRuns: 60 },
    );
  });
});

describe("sealMessage", () => {
  test("makes the same bytes of the same randomness, and others of other", async () => {
    const again = await sealMessage(note, to, lifetime, seededRandom("sealed"));
    const other = await sealMessage(note, to, lifetime, seededRandom("other"));
    expect(again).toStrictEqual(sealed);
    expect(equalBytes(other.id, sealed.id)).toBe(false);
  });

  test("hides how long a message is, up to the next size", async () => {
    const short = unwrap(writeMessage("note", { ...note.body, text: "a" }, author));
    const envelope = await sealMessage(short, to, lifetime, seededRandom("short"));
    expect(envelope.bytes.length).toBe(sealed.bytes.length);
  });

  test("will not seal a message to a mailbox that it does not name", async () => {
    const elsewhere = { ...to, mailbox: author.publicKey };
    await expect(sealMessage(note, elsewhere, lifetime, seededRandom(1))).rejects.toThrow(TypeError);
  });

  test("will not give a sealed message a lifetime that its readers refuse", async () => {
    const none = { issued: storyTime, expires: storyTime };
    await expect(sealMessage(note, to, none, seededRandom(1))).rejects.toThrow(TypeError);
  });
});

describe("a copy that a buyer keeps", () => {
  const keys = intentKeys(filled(32, 7), 0);
  const copyOf = (message: Signed) => sealCopy(message, keys, lifetime, seededRandom(message.kind));

  test("of a message of any kind is found again with the intent's keys", async () => {
    for (const kind of Object.keys(kinds) as Kind[]) {
      const message = unwrap(writeMessage(kind, bodies[kind], keys.signer)) as Signed;
      const copy = await copyOf(message);
      expect(unwrap(readMessage(copy.bytes))).toStrictEqual(copy);
      expect(unwrap(await openCopy(copy, keys))).toStrictEqual(message);
    }
  });

  test("is no message to whoever reads the mailbox", async () => {
    const award = unwrap(writeMessage("award", bodies.award, keys.signer));
    expect(verdict(await openSealed(await copyOf(award), keys.mailbox))).toBe("open/inner-mailbox");
    const intent = unwrap(writeMessage("intent", bodies.intent, keys.signer));
    expect(verdict(await openSealed(await copyOf(intent), keys.mailbox))).toBe("open/inner-kind");
  });

  test("cannot be made of what the buyer did not say", async () => {
    const award = unwrap(writeMessage("award", bodies.award, author));
    await expect(copyOf(award)).rejects.toThrow(TypeError);
    const forged = await sealCopy(award, { ...keys, signer: author }, lifetime, seededRandom("forged"));
    expect(verdict(await openCopy(forged, keys))).toBe("open/inner-mailbox");
  });

  test("is of no use in another intent's mailbox", async () => {
    const award = unwrap(writeMessage("award", bodies.award, keys.signer));
    expect(verdict(await openCopy(await copyOf(award), intentKeys(filled(32, 7), 1)))).toBe(
      "open/not-for-us",
    );
  });
});

describe("the key of a reply", () => {
  /** Those of small order, on the curve and on its twist (RFC 7748 §7; cr.yp.to/ecdh.html#validate). */
  const unusable = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "00000000000000000000000000000000000000000000000000000000000000" + "80",
  ].map(fromHex);

  test.each(unusable)("is refused in an intent where HPKE could not seal to it", async (...key) => {
    const bytes = Uint8Array.from(key);
    const reply = { ...bodies.intent.reply, key: bytes };
    expect(verdict(writeMessage("intent", { ...bodies.intent, reply }, author))).toBe("validate/body-shape");
    await expect(sealMessage(note, { ...to, key: bytes }, lifetime, seededRandom(1))).rejects.toThrow();
  });
});
