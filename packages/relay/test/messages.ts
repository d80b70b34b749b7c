/** Messages for tests: small, valid, each with an id of its own. */
import {
  type Body,
  encodeValue,
  type Message,
  type OpenKind,
  readMessage,
  type Signed,
  type Signer,
  sealMessage,
  signerFromSeed,
  threadMailbox,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { fixedClock, sampleBodies, seededRandom } from "@intentcast/testkit";
import { type Admitted, admit } from "../src/core/admit.ts";
import { carriageOf } from "../src/core/carriage.ts";
import { defaultLimits } from "../src/core/limits.ts";

/** The moment at which the tests' clocks stand. */
export const now = fixedClock()();

export const buyer = signerFromSeed(new Uint8Array(32).fill(7));
export const seller = signerFromSeed(new Uint8Array(32).fill(8));

/** A mailbox with its keys, whose sealed messages can be asked for. */
export const mailbox = threadMailbox(new Uint8Array(32).fill(9), new Uint8Array(32));
export const otherMailbox = threadMailbox(new Uint8Array(32).fill(9), new Uint8Array(32).fill(1));

const numbered = (length: number, number: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
};

type Times = { issued?: number; expires?: number; by?: Signer };

/** That thread `number` is over. */
export const close = (number: number, { issued = now, expires = now + 3600, by = buyer }: Times = {}) =>
  write(
    "close",
    { nonce: numbered(16, number), issued, expires, thread: numbered(32, number), reason: "withdrawn" },
    by,
  );

export const profile = (number: number, { issued = now, expires = now + 3600, by = seller }: Times = {}) =>
  write("profile", { nonce: numbered(16, number), issued, expires, name: `Shop ${number}` }, by);

/** An intent in one category; everything else is the sample's. */
export const intent = (number: number, category: string) => intentFor(number, [category]);

/** An intent for something of each category. */
export const intentFor = (number: number, categories: readonly string[]) => {
  const { ext: _, award: __, when: ___, ...body } = sampleBodies().intent;
  const want = categories.map((category) => ({ category, quantity: { value: 1, unit: "C62" } }));
  return write(
    "intent",
    { ...body, nonce: numbered(16, number), issued: now, expires: now + 3600, want },
    buyer,
  );
};

const write = <K extends OpenKind>(kind: K, body: Body<K>, by: Signer): Signed<K> =>
  unwrap(writeMessage(kind, body, by));

/** A note sealed to a mailbox. */
export function sealed(number: number, to = mailbox, text = "hello") {
  const ids = { thread: numbered(32, 1), prev: numbered(32, 1), to: to.signer.publicKey };
  const body = { nonce: numbered(16, number), issued: now, ...ids, text };
  const note = unwrap(writeMessage("note", body, seller));
  const recipient = { mailbox: to.signer.publicKey, key: to.key };
  return sealMessage(note, recipient, { issued: now, expires: now + 3600 }, seededRandom(`sealed ${number}`));
}

/** Sealed messages of about 33 kB: nobody but the mailbox's holder can tell that there is nothing in them. */
export async function largeSealed(count: number): Promise<Message[]> {
  const { bytes } = await sealed(0, mailbox, "x".repeat(2000));
  const padding = 32_768 + 16;
  return Array.from({ length: count }, (_, number) => {
    const text = encodeValue(numbered(padding, number));
    const head = bytes.subarray(0, bytes.length - encodeValue(new Uint8Array(4096 + 16)).length);
    const envelope = new Uint8Array([...head, ...text]);
    return unwrap(readMessage(envelope));
  });
}

/** Signed by nobody's key: its last byte is changed. */
export function forged(message: Pick<Message, "bytes">): Uint8Array {
  const bytes = message.bytes.slice();
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  return bytes;
}

/** As the admit stage lets it through. */
export const admitted = (message: Message, at = now): Admitted =>
  unwrap(admit(message, at, defaultLimits, carriageOf()));
